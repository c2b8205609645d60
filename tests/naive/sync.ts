// biome-ignore-all lint/suspicious/noExplicitAny: the original text is untyped inside, and so is this build of it
import type { MetadataManager } from './metadata.ts';
import {
  type Blob,
  countsOf,
  hashText,
  loadBlob,
  type MetadataEntity,
  type NaiveOptions,
  type Persistence,
} from './shapes.ts';

type State = { active: any; at: number } | { active: null; at: number };
type Operation = { name: string; id: string; state: State };
type Bucket = Map<string, 'copy' | Operation[]>;

export class SyncHandler {
  private readonly metadata: MetadataManager;
  private readonly now: () => number;

  constructor(metadata: MetadataManager, { environment }: NaiveOptions) {
    this.metadata = metadata;
    this.now = environment.now;
  }

  async sync(a: Persistence, b: Persistence): Promise<void> {
    const [metadataA, metadataB] = [await this.metadata.getMetadata(a), await this.metadata.getMetadata(b)];
    // Equal times need not mean equal content: [D09].
    if (metadataA.updatedAt.getTime() === metadataB.updatedAt.getTime()) return;
    const [bucketA, bucketB]: [Bucket, Bucket] = [new Map(), new Map()];
    const keysA = Object.keys(metadataA.entityKeys);
    const keysB = Object.keys(metadataB.entityKeys).filter((key) => keysA.includes(key));
    const keys = partition(keysA, keysB);
    // The index is believed: what stands at B under a key that its index has lost is overwritten: [D03].
    for (const key of keys.onlyA) bucketB.set(key, 'copy');
    for (const key of keys.onlyB) bucketA.set(key, 'copy');
    for (const key of keys.common) {
      if (metadataA.entityKeys[key]!.hash === metadataB.entityKeys[key]!.hash) continue;
      await this.diff(key, a, b, bucketA, bucketB);
    }
    await this.apply(bucketB, a, b, metadataB);
    const again = await this.metadata.getMetadata(a);
    // A store in memory hands out the object it holds, which is always equal to itself: [D11].
    if (again.updatedAt.getTime() === metadataA.updatedAt.getTime()) await this.apply(bucketA, b, a, again);
  }

  private async diff(key: string, a: Persistence, b: Persistence, bucketA: Bucket, bucketB: Bucket): Promise<void> {
    const [statesA, statesB] = [statesOf(await loadBlob(a, key)), statesOf(await loadBlob(b, key))];
    const toA: Operation[] = [];
    const toB: Operation[] = [];
    for (const name of new Set([...statesA.keys(), ...statesB.keys()])) {
      const [ofA, ofB] = [statesA.get(name) ?? new Map(), statesB.get(name) ?? new Map()];
      const ids = partition([...ofA.keys()], [...ofB.keys()]);
      for (const id of ids.onlyA) toB.push({ name, id, state: ofA.get(id) });
      for (const id of ids.onlyB) toA.push({ name, id, state: ofB.get(id) });
      for (const id of ids.common) {
        const [inA, inB]: [State, State] = [ofA.get(id), ofB.get(id)];
        if (inA.at > inB.at) toB.push({ name, id, state: inA });
        else if (inB.at > inA.at) toA.push({ name, id, state: inB });
        else if (inA.active && !inB.active) toA.push({ name, id, state: inB });
        else if (inB.active && !inA.active) toB.push({ name, id, state: inA });
      }
    }
    if (toA.length > 0) bucketA.set(key, toA);
    if (toB.length > 0) bucketB.set(key, toB);
  }

  private async apply(bucket: Bucket, from: Persistence, to: Persistence, metadata: MetadataEntity): Promise<void> {
    if (bucket.size === 0) return;
    for (const [key, work] of bucket) {
      const blob: Blob = (work === 'copy' ? await loadBlob(from, key) : patch(await loadBlob(to, key), work)) ?? {};
      await to.storeData(key, blob);
      const sorted = Object.fromEntries(Object.entries(blob).sort(([x], [y]) => (x < y ? -1 : 1)));
      const hash = hashText(JSON.stringify(sorted));
      metadata.entityKeys[key] = { hash, updatedAt: new Date(this.now()), entities: countsOf(blob) };
    }
    metadata.updatedAt = new Date(this.now());
    await this.metadata.saveMetadata(to, metadata);
  }
}

/** The text's merge join: sorted by one order and compared by another: [D01]. */
export function partition(a: string[], b: string[]): { onlyA: string[]; onlyB: string[]; common: string[] } {
  const [sortedA, sortedB] = [[...a].sort(), [...b].sort()];
  const result: { onlyA: string[]; onlyB: string[]; common: string[] } = { onlyA: [], onlyB: [], common: [] };
  let [i, j] = [0, 0];
  while (i < sortedA.length && j < sortedB.length) {
    const order = sortedA[i]!.localeCompare(sortedB[j]!, 'en');
    if (order === 0) result.common.push(sortedA[i]!);
    else if (order < 0) result.onlyA.push(sortedA[i]!);
    else result.onlyB.push(sortedB[j]!);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  result.onlyA.push(...sortedA.slice(i));
  result.onlyB.push(...sortedB.slice(j));
  return result;
}

function statesOf(blob: Blob | null): Map<string, Map<string, State>> {
  const states = new Map<string, Map<string, State>>();
  const of = (name: string): Map<string, State> => states.get(name) ?? states.set(name, new Map()).get(name)!;
  for (const [name, entities] of Object.entries(blob ?? {})) {
    if (name === 'deleted') continue;
    for (const [id, entity] of Object.entries<any>(entities)) {
      of(name).set(id, { active: entity, at: new Date(entity.updatedAt ?? 0).getTime() });
    }
  }
  for (const [name, ids] of Object.entries<any>(blob?.['deleted'] ?? {})) {
    for (const [id, at] of Object.entries<any>(ids)) of(name).set(id, { active: null, at: new Date(at).getTime() });
  }
  return states;
}

function patch(blob: Blob | null, work: Operation[]): Blob {
  const result = blob ?? {};
  for (const { name, id, state } of work) {
    result[name] ??= {};
    if (state.active) result[name][id] = state.active;
    else {
      delete result[name][id];
      result['deleted'] ??= {};
      result['deleted'][name] ??= {};
      result['deleted'][name][id] = new Date(state.at);
    }
  }
  return result;
}

type Job = { a: Persistence; b: Persistence; done: Promise<void>; resolve(): void; reject(error: unknown): void };

export class SyncScheduler {
  private readonly queue: Job[] = [];
  private readonly handler: SyncHandler;
  private readonly environment: NaiveOptions['environment'];
  private closing = false;

  constructor(handler: SyncHandler, { environment }: NaiveOptions) {
    this.handler = handler;
    this.environment = environment;
    environment.setTimer(() => this.tick(), 200);
  }

  sync(a: Persistence, b: Persistence): Promise<void> {
    if (this.closing) throw new Error('SyncScheduler is shutting down');
    const queued = this.queue.find((job) => job.a === a && job.b === b);
    if (queued) return queued.done;
    const { promise: done, resolve, reject } = withResolvers();
    this.queue.push({ a, b, done, resolve, reject });
    return done;
  }

  /** Nobody looks at how it ends: [D15]. */
  triggerSync(a: Persistence, b: Persistence): void {
    void this.sync(a, b);
  }

  async gracefullyShutdown(): Promise<void> {
    this.closing = true;
    while (this.queue.length > 0) await new Promise<void>((resolve) => this.environment.setTimer(resolve, 100));
  }

  /** Arms itself again for ever: [D05]. */
  private async tick(): Promise<void> {
    const job = this.queue.shift();
    if (job) await this.handler.sync(job.a, job.b).then(job.resolve, job.reject);
    this.environment.setTimer(() => this.tick(), 200);
  }
}

function withResolvers(): { promise: Promise<void>; resolve(): void; reject(error: unknown): void } {
  let [resolve, reject]: [() => void, (error: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<void>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve, reject };
}
