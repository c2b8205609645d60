import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { allowing, type FileSystem } from './FileSystem.ts';
import { isFolder } from './fileNames.ts';
import { formatIdentity, type ProcessTable, parseIdentity } from './ProcessTable.ts';

/** Files on their way to their name, each signed by its writer, so that only those of dead writers are swept away. */
export class Drafts {
  readonly #fs: FileSystem;
  readonly #processes: ProcessTable;

  constructor(fs: FileSystem, processes: ProcessTable) {
    this.#fs = fs;
    this.#processes = processes;
  }

  /** The bytes are on the disk when this resolves. */
  async write(folder: string, content: Uint8Array): Promise<{ readonly path: string; readonly time: Date }> {
    const path = join(folder, `~${formatIdentity(await this.#processes.self())}@${randomUUID()}`);
    const file = await this.#fs.open(path, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
      return { path, time: (await file.stat()).mtime };
    } catch (cause) {
      await this.discard(path);
      throw cause;
    } finally {
      await file.close();
    }
  }

  /** A draft that cannot be removed now is removed by a later sweep. */
  async discard(path: string): Promise<void> {
    await Promise.allSettled([this.#fs.unlink(path)]);
  }

  async sweep(folder: string): Promise<void> {
    for (const entry of await this.#fs.readdir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && isFolder(entry.name)) await this.sweep(path);
      const writer = entry.name.startsWith('~') ? parseIdentity(entry.name.slice(1)) : null;
      if (writer === null || !(await this.#processes.isDead(writer))) continue;
      // A folder is a lock on its way to its place. Another process may be sweeping too.
      if (entry.isDirectory()) await allowing(['ENOENT'], this.#fs.unlink(join(path, entry.name.slice(1))));
      await allowing(['ENOENT'], entry.isDirectory() ? this.#fs.rmdir(path) : this.#fs.unlink(path));
    }
  }
}
