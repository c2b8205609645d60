import type { KeySummary } from '../interfaces/Metadata.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import type { Fault } from './Fault.ts';

/** What a tier is made of, as far as anything in it leads there. */
export interface Outline {
  /** In the order of code units. */
  readonly entityKeys: readonly string[];
  /** Of what belongs to no key: index, head, changes. */
  readonly faults: readonly Fault[];
}

/** What can be read of one key, and what cannot. */
export interface KeyLook {
  readonly entityKey: string;
  readonly records: readonly StoredRecord[];
  /** What is left of records that were taken away to make room: their content is in the cloud only. */
  readonly evicted: readonly StoredRecord[];
  readonly faults: readonly Fault[];
  /** What the index says of it. */
  readonly said: KeySummary | undefined;
}

/** Looks at a tier and writes nothing. */
export interface TierReader {
  outline(): Promise<Outline>;
  read(entityKeys: readonly string[]): Promise<readonly KeyLook[]>;
}

/** So many keys are looked at in one step: an app that uses the tier gets in between. */
const keysAtOnce = 32;

/** Work that takes long, as somebody may watch or end it. */
export interface LongWork {
  readonly onProgress?: (progress: Progress) => void;
  /** Ends it between two steps: what was done until then is whole. */
  readonly signal?: AbortSignal;
}

/** How far it has got. */
export interface Progress {
  readonly phase: 'reading' | 'mending' | 'writing';
  readonly done: number;
  /** Null: nobody knows. */
  readonly total: number | null;
}

/** Keys some at a time, as somebody watches it or ends it. */
export function* steps(
  entityKeys: readonly string[],
  phase: Progress['phase'],
  { onProgress, signal }: LongWork,
): Generator<readonly string[], void, void> {
  const total = entityKeys.length;
  for (let done = 0; done < total; done += keysAtOnce) {
    onProgress?.({ phase, done, total });
    signal?.throwIfAborted();
    yield entityKeys.slice(done, done + keysAtOnce);
  }
  onProgress?.({ phase, done: total, total });
}
