import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { TierSyncError } from '../errors.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';
import { SerialQueue } from '../util/SerialQueue.ts';
import { allowing, errorCode, type FileSystem } from './FileSystem.ts';
import { formatIdentity, type ProcessTable, parseIdentity } from './ProcessTable.ts';

export interface FolderLockOptions {
  readonly fs: FileSystem;
  readonly processes: ProcessTable;
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  readonly limitMs: number;
}

const occupied = ['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'];
const notEmpty = ['ENOENT', ...occupied];

/** A piece of work under the lock, with a queue for the calls made inside it. */
interface Section {
  readonly root: SerialQueue;
  readonly outer: Section | undefined;
  readonly queue: SerialQueue;
  open: boolean;
}

const sections = new AsyncLocalStorage<Section>();
// Two buckets over one folder exclude each other within a process too, so their queue belongs to the folder.
const queues = new WeakMap<FileSystem, Map<string, SerialQueue>>();

/**
 * One at a time in a folder, over all processes of a host. Calls made inside the work take part in its lock.
 *
 * The lock is the folder `~lock` with one file in it, named after its holder. It comes into being by renaming a folder
 * that holds the file already, which fails while `~lock` holds one, so a lock never exists without its holder's name.
 * A dead holder's file is removed by that unique name: of two processes that take over at once, neither can remove the
 * other's fresh lock.
 */
export class FolderLock {
  readonly #folder: string;
  readonly #place: string;
  readonly #options: FolderLockOptions;
  readonly #root: SerialQueue;

  constructor(folder: string, options: FolderLockOptions) {
    this.#folder = folder;
    this.#place = join(folder, '~lock');
    this.#options = options;
    const ofFileSystem = queues.get(options.fs) ?? new Map<string, SerialQueue>();
    this.#root = ofFileSystem.get(folder) ?? new SerialQueue();
    queues.set(options.fs, ofFileSystem.set(folder, this.#root));
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    const outer = this.#enclosing();
    if (outer !== undefined) return outer.queue.run(() => this.#enter(work));
    return this.#root.run(async () => {
      const claim = await this.#acquire();
      try {
        return await this.#enter(work);
      } finally {
        await this.#vacate(claim);
      }
    });
  }

  #enclosing(): Section | undefined {
    let section = sections.getStore();
    while (section !== undefined && !(section.open && section.root === this.#root)) section = section.outer;
    return section;
  }

  async #enter<T>(work: () => Promise<T>): Promise<T> {
    const section: Section = { root: this.#root, outer: sections.getStore(), queue: new SerialQueue(), open: true };
    try {
      return await sections.run(section, work);
    } finally {
      // Calls that the work began and did not wait for still have their turn under this lock.
      section.open = false;
      await section.queue.run(async () => {});
    }
  }

  async #acquire(): Promise<string> {
    const { fs, processes } = this.#options;
    try {
      const claim = `${formatIdentity(await processes.self())}@${randomUUID()}`;
      const candidate = join(this.#folder, `~${claim}`);
      await fs.mkdir(candidate);
      try {
        const file = await fs.open(join(candidate, claim), 'wx');
        await file.close();
        await this.#moveIn(candidate);
      } catch (cause) {
        await Promise.allSettled([fs.unlink(join(candidate, claim))]);
        await Promise.allSettled([fs.rmdir(candidate)]);
        throw cause;
      }
      return claim;
    } catch (cause) {
      throw asTierSyncError(cause, `cannot lock ${this.#folder}`);
    }
  }

  async #moveIn(candidate: string): Promise<void> {
    const { fs, processes, random, wait, limitMs } = this.#options;
    for (let waited = 0; ; ) {
      const failure = await fs.rename(candidate, this.#place).then(
        () => null,
        (cause: unknown) => cause,
      );
      if (failure === null) return;
      if (!occupied.includes(errorCode(failure))) throw failure;
      const holder = (await allowing(['ENOENT'], fs.readdir(this.#place)))?.[0]?.name;
      const identity = holder === undefined ? null : parseIdentity(holder);
      if (holder !== undefined && identity !== null && (await processes.isDead(identity))) {
        await this.#vacate(holder);
        continue;
      }
      // Where a folder cannot be renamed over an empty one, the empty one has to go first.
      if (holder === undefined) await allowing(notEmpty, fs.rmdir(this.#place));
      if (waited >= limitMs) throw holder === undefined ? failure : this.#locked(holder);
      const pause = 2 + random() * Math.min(50, 4 + waited / 4);
      waited += pause;
      await wait(pause);
    }
  }

  #locked(holder: string): TierSyncError {
    const identity = parseIdentity(holder);
    const who = identity === null ? `"${holder}"` : `process ${identity.pid} on ${identity.host}`;
    return new TierSyncError(
      'locked',
      `${this.#folder} is in use by ${who}; close it, or remove ${this.#place} if it no longer runs`,
    );
  }

  async #vacate(claim: string): Promise<void> {
    try {
      await allowing(['ENOENT'], this.#options.fs.unlink(join(this.#place, claim)));
      // Another process may have moved in meanwhile; a folder that is not empty stays.
      await allowing(notEmpty, this.#options.fs.rmdir(this.#place));
    } catch (cause) {
      throw asTierSyncError(cause, `cannot unlock ${this.#folder}`);
    }
  }
}
