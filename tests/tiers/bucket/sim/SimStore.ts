import type { BucketEntry, BucketObject, IBucket, PutCondition } from 'tiersync';
import { randomFrom } from '../../../support/randomFrom.ts';

/** How the requests of one run go wrong. */
export interface Weather {
  readonly fail: number;
  readonly lost: number;
  /** The answer is an error, and the write happens later all the same. */
  readonly late: number;
  readonly crash: number;
}

interface Request {
  readonly owner: object | null;
  /** Not before this step of the run. */
  readonly due: number;
  readonly run: () => void;
  /** It happens, and nobody hears of it. */
  readonly arrive: () => void;
}

const clear: Weather = { fail: 0, lost: 0, late: 0, crash: 0 };

/** A bucket in which every request waits until the run lets it happen, in whatever order. */
export class SimStore {
  readonly objects = new Map<string, { readonly bytes: Uint8Array; readonly version: string }>();
  /** How many objects were written, by folder. */
  readonly written: { [folder: string]: number } = {};
  readonly random: () => number;
  time = 1_000_000;
  step = 0;
  /** So many steps a request may take, at most. */
  delay = 6;
  weather: Weather;
  readonly #tellsTime: boolean;
  #requests: Request[] = [];
  #versions = 0;

  constructor(seed: number, weather: Weather, tellsTime: boolean) {
    this.random = randomFrom(seed);
    this.weather = weather;
    this.#tellsTime = tellsTime;
  }

  heal(): void {
    this.weather = clear;
  }

  isBusy(owner: object | null): boolean {
    return this.#requests.some((request) => request.owner === owner);
  }

  /** Lets one request of that owner happen. */
  async advance(owner: object | null): Promise<void> {
    const ready = this.#requests.filter((request) => request.owner === owner && request.due <= this.step);
    const request = ready[Math.floor(this.random() * ready.length)];
    if (request === undefined) return;
    this.#requests.splice(this.#requests.indexOf(request), 1);
    request.run();
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** A process ends: of its requests some arrive, and none is answered. */
  drop(owner: object): void {
    for (const request of this.#requests.filter((r) => r.owner === owner)) {
      this.#requests.splice(this.#requests.indexOf(request), 1);
      if (this.random() < 0.5) request.arrive();
    }
  }

  /** Somebody empties the bucket, after everybody has stopped. */
  empty(): void {
    this.#requests = [];
    this.objects.clear();
  }

  wait<T>(owner: object | null, work: () => T, isWrite: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const arrive = (): void => void work();
      const run = (): void => {
        const { fail, lost, late } = this.weather;
        if (this.random() < fail) {
          reject(new Error('the network is down'));
          return;
        }
        if (isWrite && this.random() < late) {
          const due = this.step + Math.floor(this.random() * 60);
          this.#requests.push({ owner: null, due, run: arrive, arrive });
          reject(new Error('the request timed out'));
          return;
        }
        const answer = work();
        if (this.random() < lost) reject(new Error('the answer was lost'));
        else resolve(answer);
      };
      this.#requests.push({ owner, due: this.step + Math.floor(this.random() * this.delay), run, arrive });
    });
  }

  put(name: string, bytes: Uint8Array, condition: PutCondition = {}): Awaited<ReturnType<IBucket['put']>> {
    const found = this.objects.get(name);
    if (condition.ifAbsent && found !== undefined) return 'conflict';
    if (condition.ifVersion !== undefined && condition.ifVersion !== found?.version) return 'conflict';
    this.#versions += 1;
    const [, folder = ''] = name.split('/');
    this.written[folder] = (this.written[folder] ?? 0) + 1;
    const version = `v${this.#versions}`;
    this.objects.set(name, { bytes, version });
    return this.#tellsTime ? { version, time: new Date(this.time) } : { version };
  }

  get(name: string, unlessVersion?: string): BucketObject | 'unchanged' | null {
    const found = this.objects.get(name);
    if (found === undefined) return null;
    return found.version === unlessVersion ? 'unchanged' : found;
  }
}

/** The same bucket, as one process reaches it. */
export class SimBucket implements IBucket {
  readonly #store: SimStore;
  readonly #owner: object;

  constructor(store: SimStore, owner: object) {
    this.#store = store;
    this.#owner = owner;
  }

  get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null> {
    return this.#store.wait(this.#owner, () => this.#store.get(name, options?.unlessVersion), false);
  }

  put(name: string, bytes: Uint8Array, condition?: PutCondition): ReturnType<IBucket['put']> {
    return this.#store.wait(this.#owner, () => this.#store.put(name, bytes, condition), true);
  }

  async delete(name: string): Promise<void> {
    await this.#store.wait(this.#owner, () => this.#store.objects.delete(name), true);
  }

  async *list(prefix: string): AsyncIterable<BucketEntry> {
    const names = await this.#store.wait(
      this.#owner,
      () => [...this.#store.objects].filter(([name]) => name.startsWith(prefix)),
      false,
    );
    for (const [name, { bytes }] of names) yield { name, size: bytes.length };
  }
}
