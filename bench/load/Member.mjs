// One socket of a fleet. It follows what it is told, as a device does, and counts what is wrong with that.
import { io } from 'socket.io-client';

/** Of one address, of 200 that a server takes: each address of this machine stands for an office. */
const socketsPerAddress = 150;
const longestDelayMs = 30_000;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export class Member {
  tenant;
  device;
  isOpen = false;
  isReading = true;
  /** The last version that it was told of each id. */
  heard = new Map();
  #o;
  #socket = null;
  /** The newest that it has seen, be it told or its own. */
  #cursor = null;
  /** How far it was told; what it wrote itself is not told. */
  #told = null;
  #isClosed = false;
  #failures = 0;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {number} options.number
   * @param {string} options.tenant
   * @param {string} options.device
   * @param {string} options.token
   * @param {string} options.fleet
   * @param {import('./Tally.mjs').Tally} options.tally
   */
  constructor(options) {
    this.#o = options;
    this.tenant = options.tenant;
    this.device = options.device;
  }

  /** Resolves once it is subscribed. It comes back by itself whenever it is cut off, after a wait as devices wait. */
  open() {
    const { url, number, token, tally } = this.#o;
    const { origin, pathname } = new URL(url);
    const socket = io(origin, {
      path: `${pathname}/socket.io`,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      localAddress: `127.0.1.${1 + Math.floor(number / socketsPerAddress)}`,
      auth: { token },
    });
    this.#socket = socket;
    socket.on('tiersync', (event) => this.#hear(event));
    socket.on('connect_error', (error) => {
      tally.refused(error.message);
      this.#openLater();
    });
    socket.on('disconnect', () => {
      this.isOpen = false;
      this.#openLater();
    });
    return new Promise((resolve) => {
      socket.on('connect', () => this.#subscribe().then(resolve, () => socket.disconnect()));
    });
  }

  close() {
    this.#isClosed = true;
    this.#socket.disconnect();
  }

  /** What comes is left where it is, below all libraries; and whoever is cut off for it stays away. */
  stopReading() {
    this.isReading = false;
    this.#isClosed = true;
    this.#socket.io.engine.transport.ws._socket.pause();
  }

  /** Writes records until that is confirmed; answers how long it took. */
  async write(ids, n, text) {
    const { fleet, tally } = this.#o;
    const at = performance.now();
    const changes = ids.map((id) => changeOf({ id, n, text, at, fleet }));
    for (;;) {
      const answer = await this.ask('push', { since: this.#cursor, device: this.device, changes });
      if (answer.results?.every((result) => result === 'applied')) {
        if (answer.cursor !== null) this.#advance(answer.cursor);
        return performance.now() - at;
      }
      if (answer.stale) {
        tally.stale += 1;
        this.#advance((await this.ask('pull', { cursor: null })).cursor ?? null);
      } else {
        tally.refused(answer.error?.code ?? JSON.stringify(answer.results));
        await pause(answer.error?.retryAfterMs ?? 200);
      }
    }
  }

  /** Any operation, by this socket. */
  async ask(operation, request) {
    try {
      return await this.#socket.timeout(10_000).emitWithAck(operation, request);
    } catch {
      return { error: { code: 'no-answer' } };
    }
  }

  async #subscribe() {
    const cursor = this.#told === null ? null : { ...this.#cursor, seq: this.#told };
    const answer = await this.ask('subscribe', { device: this.device, cursor });
    if (answer.error !== undefined) throw new Error(answer.error.code);
    this.#told = answer.cursor.seq;
    this.#advance(answer.cursor);
    this.isOpen = true;
    this.#failures = 0;
  }

  #advance(cursor) {
    if (cursor !== null && !(this.#cursor?.seq >= cursor.seq)) this.#cursor = cursor;
  }

  #openLater() {
    if (this.#isClosed) return;
    const ms = Math.min(longestDelayMs, 1_000 * 2 ** this.#failures++);
    setTimeout(() => this.#isClosed || this.#socket.connect(), ms * (0.5 + Math.random() / 2));
  }

  #hear(event) {
    const { tally, fleet } = this.#o;
    if (event.type !== 'changes') {
      tally.pokes += 1;
      return;
    }
    const now = performance.now();
    if (event.after !== this.#told) tally.gaps += 1;
    this.#told = event.cursor.seq;
    this.#advance(event.cursor);
    for (const { entity } of event.changes) {
      const before = this.heard.get(entity.id) ?? 0;
      tally.delivered += 1;
      if (entity.n <= before) tally.doubled += 1;
      else tally.overtaken += entity.n - before - 1;
      this.heard.set(entity.id, Math.max(before, entity.n));
      if (entity.fleet === fleet) tally.heardAfter(now - entity.at);
    }
  }
}

function changeOf({ id, n, text, at, fleet }) {
  const now = new Date().toISOString();
  const entity = { id, createdAt: now, updatedAt: now, version: n, text, n, at, fleet };
  return { key: 'load.global', name: 'Item', entity };
}
