import { createHash, randomUUID } from 'node:crypto';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TierSyncError } from '../errors.ts';
import type { BucketEntry, BucketObject, IBucket, PutCondition } from '../interfaces/IBucket.ts';
import { DurableFolders } from './DurableFolders.ts';
import { allowing, errorCode, type FileSystem, nodeFileSystem } from './FileSystem.ts';
import { FolderLock } from './FolderLock.ts';
import { folderOfPrefix, isFolder, nameOfPath, pathOfName } from './fileNames.ts';
import { formatIdentity, nodeProcessTable, type ProcessTable, parseIdentity } from './ProcessTable.ts';

export type { FileStatus, FileSystem, OpenFile } from './FileSystem.ts';
export type { ProcessIdentity, ProcessTable } from './ProcessTable.ts';

export interface FileBucketOptions {
  /** How long a conditional `put` or `exclusive` waits for another process before it rejects with `locked`. */
  readonly lockLimitMs?: number;
  readonly fs?: FileSystem;
  readonly processes?: ProcessTable;
  readonly random?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/**
 * A folder, with a file for every object. When a `put` or `delete` resolves it outlives a power cut; one that was cut
 * short leaves the old object or the new one. Several processes of one host may share the folder.
 */
export class FileBucket implements IBucket {
  readonly folder: string;
  readonly #fs: FileSystem;
  readonly #processes: ProcessTable;
  readonly #folders: DurableFolders;
  readonly #lock: FolderLock;
  readonly #running = new Set<Promise<unknown>>();
  #prepared: Promise<void> | undefined;
  #closed = false;

  constructor(folder: string, options: FileBucketOptions = {}) {
    if (folder === '') throw new TypeError("new FileBucket('') names no folder; write new FileBucket('./data')");
    this.folder = resolve(folder);
    this.#fs = options.fs ?? nodeFileSystem;
    this.#processes = options.processes ?? nodeProcessTable;
    this.#folders = new DurableFolders(this.#fs, this.folder);
    this.#lock = new FolderLock(this.folder, {
      fs: this.#fs,
      processes: this.#processes,
      random: options.random ?? Math.random,
      wait: options.wait ?? delay,
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
      const draft = await this.#writeDraft(dirname(path), content);
      try {
        if (!(await this.#replace(path, draft.path, condition))) {
          await this.#fs.unlink(draft.path);
          return 'conflict';
        }
      } catch (cause) {
        await Promise.allSettled([this.#fs.unlink(draft.path)]);
        throw cause;
      }
      return { version: versionOf(content), time: draft.time };
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
      for await (const path of this.#files(join(this.folder, folderOfPrefix(prefix)))) {
        const name = nameOfPath(relative(this.folder, path));
        if (!name?.startsWith(prefix)) continue;
        const status = await allowing(['ENOENT'], this.#fs.stat(path));
        if (status !== null) yield { name, size: status.size, time: status.mtime };
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
      const { mtime } = await file.stat();
      // A plain array of its own: a Buffer's `slice` would share memory.
      const bytes = new Uint8Array(await file.readFile());
      return { bytes, version: versionOf(bytes), time: mtime };
    } finally {
      await file.close();
    }
  }

  async #writeDraft(folder: string, content: Uint8Array): Promise<{ readonly path: string; readonly time: Date }> {
    const path = join(folder, `~${formatIdentity(await this.#processes.self())}@${randomUUID()}`);
    const file = await this.#fs.open(path, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
      return { path, time: (await file.stat()).mtime };
    } catch (cause) {
      await Promise.allSettled([this.#fs.unlink(path)]);
      throw cause;
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
    this.#prepared ??= this.#folders.ensure(this.folder).then(() => this.#sweep(this.folder));
    return this.#prepared;
  }

  async #sweep(folder: string): Promise<void> {
    for (const entry of await this.#fs.readdir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && isFolder(entry.name)) await this.#sweep(path);
      const writer = entry.name.startsWith('~') ? parseIdentity(entry.name.slice(1)) : null;
      if (writer === null || !(await this.#processes.isDead(writer))) continue;
      // Another process may be sweeping too.
      if (entry.isDirectory()) await allowing(['ENOENT'], this.#fs.unlink(join(path, entry.name.slice(1))));
      await allowing(['ENOENT'], entry.isDirectory() ? this.#fs.rmdir(path) : this.#fs.unlink(path));
    }
  }

  async *#files(folder: string): AsyncIterable<string> {
    for (const entry of (await allowing(['ENOENT'], this.#fs.readdir(folder))) ?? []) {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) yield path;
      else if (isFolder(entry.name)) yield* this.#files(path);
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
    return TierSyncError.from(cause, `FileBucket ${this.folder}`);
  }
}

function versionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
