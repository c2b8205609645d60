import { DeviceLock } from './DeviceLock.ts';

/** How many versions of a text are remembered for those who read an old one. */
const remembered = 3;
/** How long after a write the version before may still be read: without an end, nobody could ever write safely. */
const staleMs = 2_000;

interface Past {
  readonly text: string | null;
  /** When it was written over. */
  readonly until: number;
}

/** Texts by key, and what a medium is asked for in one step. It outlives every process. */
export class Disk {
  readonly lock: DeviceLock = new DeviceLock();
  readonly #texts = new Map<string, string>();
  readonly #past = new Map<string, Past[]>();
  readonly #now: () => number;
  #writes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get writes(): number {
    return this.#writes;
  }

  get keys(): string[] {
    return [...this.#texts.keys()].sort();
  }

  read(key: string): string | null {
    return this.#texts.get(key) ?? null;
  }

  /** What was there so many writes ago, if that is not long ago; else what is there. */
  readOld(key: string, age: number): string | null {
    const isRecent = ({ until }: Past): boolean => this.#now() - until <= staleMs;
    const past = (this.#past.get(key) ?? []).filter(isRecent);
    const found = past[Math.max(0, past.length - age)];
    return found === undefined ? this.read(key) : found.text;
  }

  write(key: string, text: string | null): void {
    this.#writes += 1;
    const past = this.#past.get(key) ?? [];
    this.#past.set(key, [...past, { text: this.read(key), until: this.#now() }].slice(-remembered));
    if (text === null) this.#texts.delete(key);
    else this.#texts.set(key, text);
  }
}
