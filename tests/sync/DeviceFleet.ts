import { join } from 'node:path';
import { randomFrom } from '../support/randomFrom.ts';
import { DeviceProcess } from './DeviceProcesses.ts';
import type { DeviceCloud, Said, Shown } from './deviceTalk.ts';
import { Ledger } from './Ledger.ts';

export interface DeviceFleetOptions {
  /** Of the devices. */
  readonly program: string;
  /** Holds their folders. */
  readonly place: string;
  readonly seed: number;
  readonly devices: number;
  readonly editsEach: number;
  readonly kills: number;
  readonly idsAGroup: number;
  readonly cloudOf: (device: number) => DeviceCloud;
}

export interface Ending {
  /** What each device holds, the last one being new. */
  readonly records: readonly (readonly Shown[])[];
  readonly pending: number;
  readonly exits: readonly unknown[];
}

/** Devices as processes that edit the same entities; some are killed, and begin again from their folder later. */
export class DeviceFleet {
  readonly ledger = new Ledger();
  killed = 0;
  readonly #o: DeviceFleetOptions;
  readonly #random: () => number;
  readonly #running = new Map<number, DeviceProcess>();
  readonly #ready = new Set<number>();
  readonly #waiting = new Set<() => void>();
  /** Devices that ended by themselves. */
  readonly #broken: string[] = [];

  constructor(options: DeviceFleetOptions) {
    this.#o = options;
    this.#random = randomFrom(options.seed);
  }

  /** Until each has made its edits. */
  async work(): Promise<void> {
    const { devices, kills } = this.#o;
    const numbers = [...Array(devices).keys()];
    const order = numbers.map((number) => ({ number, at: this.#random() })).sort((a, b) => a.at - b.at);
    const mortal = new Set(order.slice(0, kills).map(({ number }) => number));
    await Promise.all(numbers.map((number) => this.#live(number, mortal.has(number))));
  }

  /** Sends what waits, lets all look once more, and asks what they hold. */
  async settle(): Promise<Ending> {
    const { devices } = this.#o;
    await this.#ask('flush');
    this.#start(devices);
    await this.#ask('pull');
    const reports = await Promise.all([...this.#running.values()].map((device) => device.report()));
    await this.#ask('unload');
    const ending = [...this.#running.values()].map((device) => device.end());
    this.#running.clear();
    return {
      records: reports.map(({ records }) => records),
      pending: reports.reduce((sum, { pending }) => sum + pending, 0),
      exits: await Promise.all(ending),
    };
  }

  async #live(number: number, isMortal: boolean): Promise<void> {
    const { editsEach } = this.#o;
    if (isMortal) {
      const killAt = Math.floor(editsEach * (0.2 + 0.5 * this.#random()));
      const turns = Math.floor(this.#random() * 2000);
      const rest = Math.floor(editsEach * (1 + 3 * this.#random()));
      const doomed = this.#start(number);
      await this.#until(() => this.#editsOf(number) >= killAt);
      // While it holds what nobody else has.
      await doomed.said((said) => ('confirmed' in said && said.confirmed === 'local') || 'at' in said);
      for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      this.#running.delete(number);
      await doomed.kill();
      this.ledger.noteKill(nameOf(number));
      this.#ready.delete(number);
      this.killed += 1;
      const from = this.ledger.edits;
      await this.#until(() => this.ledger.edits >= from + rest || this.#ready.size === this.#o.devices - this.#o.kills);
    }
    this.#start(number);
    await this.#until(() => this.#ready.has(number));
  }

  #start(number: number): DeviceProcess {
    const { program, place, seed, editsEach, idsAGroup, cloudOf, devices } = this.#o;
    const from = this.#editsOf(number);
    const task = {
      device: nameOf(number),
      folder: join(place, nameOf(number)),
      cloud: cloudOf(number),
      seed: seed * 1000 + number * 100 + from,
      clockMs: Math.floor((this.#random() - 0.5) * 4000),
      from,
      to: number === devices ? from : editsEach,
      idsAGroup,
    };
    const device = new DeviceProcess(program, task, (said) => this.#hear(number, said));
    this.#running.set(number, device);
    void device.ended.then((exit) => {
      if (this.#running.get(number) === device) this.#broken.push(`${nameOf(number)} ended by itself: ${exit}`);
      this.#look();
    });
    return device;
  }

  #hear(number: number, said: Said): void {
    this.ledger.hear(nameOf(number), said);
    if ('at' in said && said.at === 'end') this.#ready.add(number);
    this.#look();
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }

  #until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.#broken.length > 0) reject(new Error(this.#broken.join('\n')));
        else if (isSo()) resolve();
        else return;
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #editsOf(number: number): number {
    return this.ledger.editsOf(nameOf(number)).length;
  }

  async #ask(command: string): Promise<void> {
    await Promise.all([...this.#running.values()].map((device) => device.ask(command)));
  }
}

const nameOf = (number: number): string => `device-${number}`;
