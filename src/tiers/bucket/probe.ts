import { toBytes } from '../../blob/envelope.ts';
import { TierSyncError } from '../../errors.ts';
import type { PutCondition } from '../../interfaces/IBucket.ts';
import { probeName } from './names.ts';
import type { SharedObjects } from './SharedObjects.ts';

/**
 * Whether the store really compares before it writes, tried on an object of our own: many that look like S3 ignore the
 * condition in silence, and then the last writer would undo the others. Throws `unsuitable-store`.
 */
export async function probe(objects: SharedObjects, createNonce: () => string): Promise<void> {
  const nonce = createNonce();
  const trial = new Trial(objects, probeName(nonce), nonce);
  try {
    const first = await trial.succeeds({ ifAbsent: true });
    await trial.conflicts(
      { ifAbsent: true },
      'writes over an object where it was told to create one (If-None-Match: *)',
    );
    await trial.succeeds({ ifVersion: first });
    // The version before: only a store that really compares refuses it.
    await trial.conflicts({ ifVersion: first }, 'writes over a version other than the one it was told (If-Match)');
  } finally {
    await trial.end();
  }
}

/** Writes to one object that nobody else knows. */
class Trial {
  readonly #objects: SharedObjects;
  readonly #name: string;
  readonly #nonce: string;
  #step = 0;

  constructor(objects: SharedObjects, name: string, nonce: string) {
    this.#objects = objects;
    this.#name = name;
    this.#nonce = nonce;
  }

  /** The version then. */
  async succeeds(condition: PutCondition): Promise<string> {
    const answer = await this.#put(condition);
    if (answer !== 'conflict') return answer.version;
    // A client that repeats requests by itself is refused by its own success.
    const found = await this.#objects.read(this.#name, (_, raw) => Object(raw) as { readonly step?: unknown });
    if (found !== null && found !== 'unchanged' && found.value.step === this.#step) return found.version;
    throw this.#unsuitable('refuses to write although the condition holds');
  }

  async conflicts(condition: PutCondition, otherwise: string): Promise<void> {
    if ((await this.#put(condition)) !== 'conflict') throw this.#unsuitable(otherwise);
  }

  /** What stays behind is ignored by everybody. */
  async end(): Promise<void> {
    await this.#objects.delete(this.#name).catch(() => {});
  }

  #put(condition: PutCondition): ReturnType<SharedObjects['putBytes']> {
    this.#step += 1;
    return this.#objects.putBytes(this.#name, toBytes({ nonce: this.#nonce, step: this.#step }), condition);
  }

  #unsuitable(what: string): TierSyncError {
    const message =
      `this store ${what}, so several devices would undo each other's work in it; nothing was written. Stores that do ` +
      'it right: AWS S3, Cloudflare R2, MinIO, Ceph RGW, Tigris';
    return new TierSyncError('unsuitable-store', message);
  }
}
