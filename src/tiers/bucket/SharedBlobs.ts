import { checkKeyData, type KeyDataDraft, recordsIn } from '../../blob/keyData.ts';
import { TierSyncError } from '../../errors.ts';
import type { Change, TierProblem } from '../../interfaces/ITier.ts';
import type { StoredRecord } from '../../interfaces/StoredRecord.ts';
import { fromWire, type WireChange } from '../../protocol/wireChange.ts';
import { isPlainObject } from '../../util/isPlainObject.ts';
import { type CheckpointIndex, emptyIndex } from './checkpointIndex.ts';
import { type Commit, type Head, objectsInTail } from './head.ts';
import { Remembered } from './Remembered.ts';
import type { SharedHead } from './SharedHead.ts';
import type { SharedObjects } from './SharedObjects.ts';

export interface SharedBlobsOptions {
  readonly objects: SharedObjects;
  readonly head: SharedHead;
  readonly onProblem: (problem: TierProblem) => void;
}

/** The immutable objects that hang from a head. */
export class SharedBlobs {
  readonly #objects: SharedObjects;
  readonly #head: SharedHead;
  readonly #onProblem: (problem: TierProblem) => void;
  readonly #indexes = new Remembered<CheckpointIndex>();
  readonly #changes = new Remembered<readonly Change[]>();
  readonly #reported = new Set<string>();

  constructor({ objects, head, onProblem }: SharedBlobsOptions) {
    this.#objects = objects;
    this.#head = head;
    this.#onProblem = onProblem;
  }

  /** Of the checkpoint of a head, read once. */
  index({ checkpoint }: Head): Promise<CheckpointIndex> {
    const name = checkpoint.index;
    return name === null ? Promise.resolve(emptyIndex) : this.#indexes.get(name, () => this.readIndex(name, name));
  }

  /** An index, which is gone or lost if the head stands on that checkpoint or not. */
  async readIndex(name: string, stand: string | null): Promise<CheckpointIndex> {
    const { parseIndex } = await import('./parseIndex.ts');
    const found = await this.#readOrStop(name, parseIndex);
    return found ?? this.#isMissing(name, stand, 'cloud-unreadable');
  }

  /** What the index was told to be when this device made it. */
  learn(name: string, index: CheckpointIndex): void {
    void this.#indexes.get(name, () => Promise.resolve(index));
  }

  /** What a large commit of this device holds. */
  learnChanges(name: string, changes: readonly Change[]): void {
    void this.#changes.get(name, () => Promise.resolve(changes));
  }

  /** The changes of a commit, in its own order. Those of a large one are read once. */
  async changes(commit: Commit, { checkpoint }: Head): Promise<readonly Change[]> {
    if ('changes' in commit) return commit.changes.map((wire) => fromWire(this.#objects.place('head'), wire));
    const { object } = commit;
    return await this.#changes.get(object, async () => {
      const found = await this.#readOrStop(object, parseChanges);
      return found ?? (await this.#isMissing(object, checkpoint.index, 'cloud-unreadable'));
    });
  }

  /** The blob of a key by the name that the index of that head gives. `corrupt` if nobody can have it any more. */
  async blob(entityKey: string, name: string, { checkpoint }: Head): Promise<KeyDataDraft> {
    try {
      const found = await this.#objects.read(name, checkKeyData);
      if (found !== null && found !== 'unchanged') return found.value;
    } catch (error) {
      if (error instanceof TierSyncError && error.code === 'corrupt') {
        this.#report(name, { code: 'corrupt', entityKey, message: error.message });
      }
      throw error;
    }
    try {
      return await this.#isMissing(name, checkpoint.index, 'corrupt');
    } catch (error) {
      if (error instanceof TierSyncError && error.code === 'corrupt') {
        this.#report(name, { code: 'missing', entityKey, message: error.message });
      }
      throw error;
    }
  }

  /** The records of a blob; those that cannot be read are reported and stay where they are. */
  records(entityKey: string, name: string, data: KeyDataDraft): readonly StoredRecord[] {
    const unreadable: string[] = [];
    const records = recordsIn(data, (place) => unreadable.push(place));
    if (unreadable.length > 0) this.reportUnreadable(entityKey, name, unreadable);
    return records;
  }

  reportUnreadable(entityKey: string, name: string, places: readonly string[]): void {
    const message = `${this.#objects.place(name)}: ${places.length} records cannot be read, first ${places[0]}`;
    this.#report(name, { code: 'corrupt', entityKey, message });
  }

  /** Forgets what hangs from none of these heads. */
  keepFor(heads: readonly Head[]): void {
    this.#indexes.keep(new Set(heads.flatMap(({ checkpoint }) => checkpoint.index ?? [])));
    this.#changes.keep(new Set(heads.flatMap(objectsInTail)));
  }

  /** What cannot be read twice, and cannot be had from elsewhere, stops the link. */
  async #readOrStop<T>(name: string, parse: (where: string, raw: unknown) => T): Promise<T | null> {
    try {
      const found = await this.#objects.read(name, parse);
      return found === null || found === 'unchanged' ? null : found.value;
    } catch (error) {
      if (!(error instanceof TierSyncError) || error.code !== 'corrupt') throw error;
      throw new TierSyncError('cloud-unreadable', `${error.message}; restore that object`, { cause: error });
    }
  }

  /** An object that is not there was removed after a later checkpoint replaced it, or it is lost. */
  async #isMissing(name: string, index: string | null, code: 'corrupt' | 'cloud-unreadable'): Promise<never> {
    const place = this.#objects.place(name);
    if (!(await this.#head.standsOn(index))) {
      throw new TierSyncError('unavailable', `${place} was replaced meanwhile; look again`);
    }
    throw new TierSyncError(code, `${place} is missing, though the head of this cloud leads to it`);
  }

  #report(name: string, problem: TierProblem): void {
    if (this.#reported.has(name)) return;
    this.#reported.add(name);
    this.#onProblem(problem);
  }
}

/** What the object of a large commit holds, checked. */
export function parseChanges(where: string, raw: unknown): readonly Change[] {
  const changes = isPlainObject(raw) ? raw['changes'] : undefined;
  if (!Array.isArray(changes)) throw new TierSyncError('corrupt', `${where} holds no changes`);
  return changes.map((wire) => fromWire(where, wire));
}

/** What the object of a large commit holds. */
export const largeChanges = (changes: readonly WireChange[]): object => ({ changes });
