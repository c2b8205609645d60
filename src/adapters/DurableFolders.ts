import { dirname } from 'node:path';
import { allowing, errorCode, type FileSystem } from './FileSystem.ts';

// Windows opens no folder, and some network disks sync none: there the disk's own care has to do.
const cannotSyncFolders = ['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP'];

/** Folders of one bucket, made so that they outlive a power cut: each is an entry of a parent that was synced. */
export class DurableFolders {
  readonly #fs: FileSystem;
  readonly #root: string;
  readonly #known = new Map<string, Promise<void>>();

  constructor(fs: FileSystem, root: string) {
    this.#fs = fs;
    this.#root = root;
  }

  ensure(folder: string): Promise<void> {
    const known = this.#known.get(folder) ?? this.#make(folder);
    this.#known.set(folder, known);
    return known;
  }

  /** After a failure: the folder may be gone, or its making may have failed half way. */
  forget(): void {
    this.#known.clear();
  }

  async sync(folder: string): Promise<void> {
    const handle = await allowing(cannotSyncFolders, this.#fs.open(folder, 'r'));
    if (handle === null) return;
    try {
      await allowing(cannotSyncFolders, handle.sync());
    } finally {
      await handle.close();
    }
  }

  async #make(folder: string): Promise<void> {
    const inside = folder.length > this.#root.length;
    if (inside) await this.ensure(dirname(folder));
    const created = await this.#create(folder, inside);
    // Inside the bucket also when it stood there: whoever created it may not have come to this line yet.
    if (created || inside) await this.sync(dirname(folder));
  }

  async #create(folder: string, inside: boolean): Promise<boolean> {
    try {
      await this.#fs.mkdir(folder);
      return true;
    } catch (cause) {
      if (errorCode(cause) === 'EEXIST') return false;
      if (errorCode(cause) !== 'ENOENT' || inside || dirname(folder) === folder) throw cause;
      await this.ensure(dirname(folder));
      return this.#create(folder, true);
    }
  }
}
