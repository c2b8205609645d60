import { createHash } from 'node:crypto';
import { dirname, join, relative, resolve } from 'node:path';
import { TierSyncError } from '../errors.ts';
import type { BucketEntry, BucketObject, IBucket, PutCondition } from '../interfaces/IBucket.ts';
import { asTierSyncError } from '../util/asTierSyncError.ts';
import { awaitedTimer } from '../util/awaitedTimer.ts';
import { Drafts } from './Drafts.ts';
import { DurableFolders } from './DurableFolders.ts';
import { allowing, errorCode, type FileSystem, nodeFileSystem, type OpenFile } from './FileSystem.ts';
import { FolderLock } from './FolderLock.ts';
import { folderOfPrefix, isFolder, nameOfPath, pathOfName } from './fileNames.ts';
import { nodeProcessTable, type ProcessTable } from './ProcessTable.ts';
import { systemEnvironment } from './systemEnvironment.ts';

export type { FileStatus, FileSystem, OpenFile } from './FileSystem.ts';
export type { ProcessIdentity, ProcessTable } from './ProcessTable.ts';

/** How long to wait for others; all else is for tests. */
export interface FileBucketOptions {
  /** How long a conditional `put` or `exclusive` waits for another process before it rejects with `locked`. */
  readonly lockLimitMs?: number;
  /** The file system. */
  readonly fs?: FileSystem;
  /** Who else is alive on this host. */
  readonly processes?: ProcessTable;
  readonly random?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

interface Named {
  readonly name: string;
  readonly path: string;
}

/** Looking at them one after the other would take longer than reading them does. */
const filesAtOnce = 64;

/**
 * A folder, with a file for every object. When a `put` or `delete` resolves it outlives a power cut; one that was cut
 * short leaves the old object or the new one. Several processes of one host may share the folder.
 */
export class FileBucket implements IBucket {
  readonly folder: string;
  /** To open a file takes as long as to read a thousand records; to write one waits for the disk, whatever is in it. */
  readonly pageRecords = 1_024;
  readonly #fs: FileSystem;
  readonly #folders: DurableFolders;
  readonly #drafts: Drafts;
  readonly #lock: FolderLock;
  readonly #running = new Set<Promise<unknown>>();
  #prepared: Promise<void> | undefined;
  #closed = false;

  constructor(folder: string, options: FileBucketOptions = {}) {
    if (folder === '') throw new TypeError("new FileBucket('') names no folder; write new FileBucket('./data')");
    this.folder = resolve(folder);
    this.#fs = options.fs ?? nodeFileSystem;
    const processes = options.processes ?? nodeProcessTable;
    this.#folders = new DurableFolders(this.#fs, this.folder);
    this.#drafts = new Drafts(this.#fs, processes);
    this.#lock = new FolderLock(this.folder, {
      fs: this.#fs,
      processes,
      random: options.random ?? systemEnvironment.random,
      wait: options.wait ?? waitOnTheClock,
      limitMs: options.lockLimitMs ?? 10_000,
    });
  }

  get(name: string, options?: { readonly unlessVersion?: string }): Promise<BucketObject | 'unchanged' | null> {
    return this.#call(async () => {
      const found = await this.#read(this.#path(name));
      return found !== null && found.version === options?.unlessVersion ? 'unchanged' : found;
    });
  }

  put(
    name: string,
    bytes: Uint8Array,
    condition: PutCondition = {},
  ): Promise<{ readonly version: string; readonly time?: Date } | 'conflict'> {
    return this.#call(async () => {
      const path = this.#path(name);
      const content = new Uint8Array(bytes);
      await this.#prepare();
      await this.#folders.ensure(dirname(path));
      const draft = await this.#drafts.write(dirname(path), content);
      try {
        const replaced = await this.#replace(path, draft.path, condition);
        if (replaced) return { version: versionOf(content), time: draft.time };
      } catch (cause) {
        await this.#drafts.discard(draft.path);
        throw cause;
      }
      await this.#drafts.discard(draft.path);
      return 'conflict';
    });
  }

  delete(name: string): Promise<void> {
    return this.#call(async () => {
      const path = this.#path(name);
      await allowing(['ENOENT'], this.#fs.unlink(path));
      // Also when nothing stood there: another caller may have removed it and not have synced yet.
      await allowing(['ENOENT'], this.#folders.sync(dirname(path)));
    });
  }

  async *list(prefix: string): AsyncIterable<BucketEntry> {
    this.#checkOpen();
    try {
      for await (const paths of this.#files(join(this.folder, folderOfPrefix(prefix)))) {
        const found = paths.map((path) => ({ path, name: nameOfPath(relative(this.folder, path)) }));
        const meant = found.filter((one): one is Named => one.name?.startsWith(prefix) === true);
        for (let i = 0; i < meant.length; i += filesAtOnce) {
          const entries = await Promise.all(meant.slice(i, i + filesAtOnce).map((one) => this.#entry(one)));
          for (const entry of entries) if (entry !== null) yield entry;
        }
      }
    } catch (cause) {
      throw this.#translate(cause);
    }
  }

  /** Conditional puts and further `exclusive` calls made inside the work take part in its lock. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    await this.#call(() => this.#prepare());
    return this.#lock.run(work);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }

  #path(name: string): string {
    if (name === '') throw new TypeError('an object needs a name of at least one character');
    return join(this.folder, pathOfName(name));
  }

  async #read(path: string): Promise<BucketObject | null> {
    const file = await allowing(['ENOENT'], this.#fs.open(path, 'r'));
    if (file === null) return null;
    try {
      const { size, mtime } = await file.stat();
      const bytes = await wholeOf(file, size);
      return { bytes, version: versionOf(bytes), time: mtime };
    } finally {
      await file.close();
    }
  }

  async #replace(path: string, draft: string, condition: PutCondition): Promise<boolean> {
    const { ifAbsent, ifVersion } = condition;
    const move = async (): Promise<true> => {
      await this.#fs.rename(draft, path);
      await this.#folders.sync(dirname(path));
      return true;
    };
    if (!ifAbsent && ifVersion === undefined) return move();
    return this.#lock.run(async () => {
      const found = await this.#read(path);
      if (ifAbsent && found !== null) return false;
      if (ifVersion !== undefined && ifVersion !== found?.version) return false;
      return move();
    });
  }

  /** Before the first write: the folder stands, and what dead writers left behind is gone. */
  #prepare(): Promise<void> {
    this.#prepared ??= this.#folders.ensure(this.folder).then(() => this.#drafts.sweep(this.folder));
    return this.#prepared;
  }

  /** Null: it went in the meantime. */
  async #entry({ name, path }: Named): Promise<BucketEntry | null> {
    const status = await allowing(['ENOENT'], this.#fs.stat(path));
    return status && { name, size: status.size, time: status.mtime };
  }

  /** The files of each folder. */
  async *#files(folder: string): AsyncIterable<readonly string[]> {
    const entries = (await allowing(['ENOENT'], this.#fs.readdir(folder))) ?? [];
    yield entries.filter((entry) => !entry.isDirectory()).map(({ name }) => join(folder, name));
    for (const entry of entries) {
      if (entry.isDirectory() && isFolder(entry.name)) yield* this.#files(join(folder, entry.name));
    }
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    this.#checkOpen();
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } catch (cause) {
      this.#folders.forget();
      this.#prepared = undefined;
      throw this.#translate(cause);
    } finally {
      this.#running.delete(running);
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new TierSyncError('closed', `the FileBucket ${this.folder} was closed`);
  }

  #translate(cause: unknown): unknown {
    if (cause instanceof TypeError) return cause;
    if (errorCode(cause) === 'ENAMETOOLONG') {
      return new TierSyncError('invalid-name', `a name is too long for ${this.folder}`, { cause });
    }
    return asTierSyncError(cause, `FileBucket ${this.folder}`);
  }
}

/** An object is never written where it stands: it is as long as it was said to be, unless somebody else cuts it. */
async function wholeOf(file: OpenFile, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let length = 0; length < size; ) {
    const { bytesRead } = await file.read(bytes, length, size - length, length);
    if (bytesRead === 0) return bytes.slice(0, length);
    length += bytesRead;
  }
  return bytes;
}

function versionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

function waitOnTheClock(ms: number): Promise<void> {
  return new Promise((resolve) => awaitedTimer(systemEnvironment, resolve, ms));
}
