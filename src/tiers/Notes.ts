import type { KeyDataDraft } from '../blob/keyData.ts';
import type { EntityKeyData } from '../interfaces/EntityKeyData.ts';
import type { Blobs } from './Blobs.ts';

/** Where this device stands with its cloud, and which conflicts there were. */
export type NoteName = 'sync' | 'conflicts';

const names: readonly NoteName[] = ['sync', 'conflicts'];

/** What stands beside the keys of a local tier. */
export class Notes {
  readonly #blobs: Blobs;
  readonly #keyPrefix: string;
  readonly #waiting = new Map<string, EntityKeyData>();

  constructor(blobs: Blobs, keyPrefix: string) {
    this.#blobs = blobs;
    this.#keyPrefix = keyPrefix;
  }

  keys(): string[] {
    return names.map((name) => this.#keyOf(name));
  }

  read(name: NoteName): Promise<KeyDataDraft | null> {
    return this.#blobs.load(this.#keyOf(name));
  }

  async write(name: NoteName, note: EntityKeyData): Promise<void> {
    this.#waiting.delete(this.#keyOf(name));
    await this.#blobs.store(this.#keyOf(name), note);
    await this.#blobs.flush();
  }

  /** To be stored with the next write of keys. */
  wait(name: NoteName, note: EntityKeyData): void {
    this.#waiting.set(this.#keyOf(name), note);
  }

  takeWaiting(): (readonly [key: string, note: EntityKeyData])[] {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    return waiting;
  }

  #keyOf(name: NoteName): string {
    return `${this.#keyPrefix}$${name}`;
  }
}
