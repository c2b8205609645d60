// Many sockets in one process, and what they have written.
import { Member } from './Member.mjs';
import { tokenOf } from './signIn.mjs';
import { Tally } from './Tally.mjs';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const secondsSince = (begin) => Math.round(performance.now() - begin) / 1000;

export class Fleet {
  #name = `fleet${process.pid}`;
  #tally = new Tally();
  #members = [];
  /** By id: the last version, and whose it is. */
  #written = new Map();

  /** Sockets of each tenant in turn, at each server in turn; a few at a time, as no network brings thousands at once. */
  async open({ urls, tenants, count, atOnce = 50 }) {
    const begin = performance.now();
    let next = this.#members.length;
    const end = next + count;
    const openSome = async () => {
      while (next < end) {
        const number = next++;
        const tenant = tenants[number % tenants.length];
        const device = `${this.#name}-${number}`;
        const token = await tokenOf(tenant, device);
        const url = urls[number % urls.length];
        const member = new Member({ url, number, tenant, device, token, fleet: this.#name, tally: this.#tally });
        this.#members.push(member);
        await member.open();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, openSome));
    return { seconds: secondsSince(begin) };
  }

  /** So many writes a second, however long each takes; every member writes a record of its own, again and again. */
  async write({ perSecond, seconds, bytes = 150 }) {
    const total = Math.round(perSecond * seconds);
    const text = 'x'.repeat(bytes);
    const writers = this.#members.filter(({ isReading }) => isReading);
    const begin = performance.now();
    const open = [];
    for (let i = 0; i < total; i++) {
      const wait = begin + (i * 1000) / perSecond - performance.now();
      if (wait > 0) await pause(wait);
      const member = writers[i % writers.length];
      const id = `item-${member.device}`;
      const n = (this.#written.get(id)?.n ?? 0) + 1;
      this.#written.set(id, { n, member });
      open.push(member.write([id], n, text).then((ms) => this.#tally.confirmedAfter(ms)));
    }
    await Promise.all(open);
    return { writes: total, seconds: secondsSince(begin) };
  }

  /** New records, each writer sending the next batch once the last is confirmed: for so long, or so many. */
  async batches({ writers, size, seconds = Number.POSITIVE_INFINITY, total = Number.POSITIVE_INFINITY }) {
    const text = 'x'.repeat(150);
    const begin = performance.now();
    let count = 0;
    const send = async (member) => {
      while (secondsSince(begin) < seconds && count < total) {
        const first = count;
        count += size;
        const ids = Array.from({ length: size }, (_, n) => `new-${this.#name}-${first + n}`);
        for (const id of ids) this.#written.set(id, { n: 1, member });
        this.#tally.confirmedAfter(await member.write(ids, 1, text));
      }
    };
    await Promise.all(this.#members.slice(0, writers).map(send));
    return { operations: count, seconds: secondsSince(begin) };
  }

  /** One member pushes so many times a second and takes no notice of the answers, but for counting them. */
  async flood({ perSecond, seconds }) {
    const [member] = this.#members;
    const answers = {};
    const begin = performance.now();
    for (let i = 0; i < perSecond * seconds; i++) {
      const wait = begin + (i * 1000) / perSecond - performance.now();
      if (wait > 0) await pause(wait);
      member.ask('push', { since: null, device: member.device, changes: [] }).then(({ error }) => {
        const what = error?.code ?? 'taken';
        answers[what] = (answers[what] ?? 0) + 1;
      });
    }
    await pause(1_000);
    return answers;
  }

  /** Everything that a device without any data asks for. */
  async coldPull() {
    const [member] = this.#members;
    const begin = performance.now();
    const { metadata } = await member.ask('metadata', {});
    let records = 0;
    for (let after; after !== null; ) {
      const answer = await member.ask('keys', { keys: Object.keys(metadata.entityKeys), ...(after && { after }) });
      if (answer.error !== undefined) throw new Error(answer.error.code);
      records += answer.changes.length;
      after = answer.next;
    }
    return { records, seconds: secondsSince(begin) };
  }

  /** Until everybody was told the last version of everything; how many were not when the time is over. */
  async settle({ seconds }) {
    const begin = performance.now();
    for (;;) {
      const lost = this.#missing();
      if (lost === 0 || secondsSince(begin) > seconds) return { lost, seconds: secondsSince(begin) };
      await pause(50);
    }
  }

  /** Until all are subscribed. */
  async allOpen({ seconds }) {
    const begin = performance.now();
    while (this.#countOpen() < this.#members.length && secondsSince(begin) < seconds) await pause(50);
    return { open: this.#countOpen(), seconds: secondsSince(begin) };
  }

  report() {
    return { ...this.#tally.report(), open: this.#countOpen() };
  }

  resetTimes() {
    this.#tally.resetTimes();
  }

  stopReading({ number }) {
    this.#members[number].stopReading();
  }

  isOpen({ number }) {
    return this.#members[number].isOpen;
  }

  close() {
    for (const member of this.#members) member.close();
  }

  #countOpen() {
    return this.#members.filter(({ isOpen }) => isOpen).length;
  }

  #missing() {
    let missing = 0;
    for (const other of this.#members.filter(({ isReading }) => isReading)) {
      for (const [id, { n, member }] of this.#written) {
        const isTold = other !== member && other.tenant === member.tenant;
        if (isTold && !(other.heard.get(id) >= n)) missing += 1;
      }
    }
    return missing;
  }
}
