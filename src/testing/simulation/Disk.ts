import { DeviceLock } from './DeviceLock.ts';

/** How many versions of a text are remembered for those who read an old one. */
const remembered = 3;

/** Texts by key, and what a medium is asked for in one step. It outlives every process. */
export class Disk {
  readonly lock: DeviceLock = new DeviceLock();
  readonly #texts = new Map<string, string>();
  readonly #past = new Map<string, (string | null)[]>();
  #writes = 0;

  get writes(): number {
    return this.#writes;
  }

  get keys(): string[] {
    return [...this.#texts.keys()].sort();
  }

  read(key: string): string | null {
    return this.#texts.get(key) ?? null;
  }

  /** What was there up to three writes ago. */
  readOld(key: string, age: number): string | null {
    const past = this.#past.get(key) ?? [];
    return past[Math.max(0, past.length - age)] ?? null;
  }

  write(key: string, text: string | null): void {
    this.#writes += 1;
    const past = this.#past.get(key) ?? [null];
    this.#past.set(key, [...past, this.read(key)].slice(-remembered));
    if (text === null) this.#texts.delete(key);
    else this.#texts.set(key, text);
  }
}
