import type { FileSystem, OpenFile } from '../../src/adapters/FileSystem.ts';

interface FileNode {
  bytes: Uint8Array;
  durable: Uint8Array;
}

interface FolderNode {
  entries: Map<string, FileNode | FolderNode>;
  durable: Map<string, FileNode | FolderNode>;
}

type Node = FileNode | FolderNode;

/**
 * A disk in memory that loses power. `crash` forgets what was not synced: of a file its bytes, of a folder which names
 * stand in it. `keep` decides for each of them whether the disk happened to write it out all the same.
 */
export class ForgetfulFileSystem implements FileSystem {
  readonly #root: FolderNode = { entries: new Map(), durable: new Map() };
  steps = 0;
  /** The step at which the power goes. */
  cutAt = Number.POSITIVE_INFINITY;

  crash(keep: () => boolean = () => false): void {
    this.cutAt = Number.POSITIVE_INFINITY;
    const settle = (node: Node): void => {
      if (isFolder(node)) {
        node.entries = new Map(keep() ? node.entries : node.durable);
        node.durable = new Map(node.entries);
        for (const inner of node.entries.values()) settle(inner);
      } else {
        node.bytes = keep() ? node.bytes : node.durable;
        node.durable = node.bytes;
      }
    };
    settle(this.#root);
  }

  /** Paths of all files and of all empty folders. */
  paths(): string[] {
    const walk = (node: Node, path: string): string[] => {
      if (!isFolder(node) || node.entries.size === 0) return [path];
      return [...node.entries].flatMap(([name, inner]) => walk(inner, `${path}/${name}`));
    };
    return walk(this.#root, '');
  }

  async open(path: string, flags: 'r' | 'wx'): Promise<OpenFile> {
    this.#step();
    const { folder, name, node } = this.#find(path);
    if (flags === 'r') return this.#handle(node ?? fail('ENOENT', path));
    if (node !== undefined) fail('EEXIST', path);
    const file = { bytes: new Uint8Array(), durable: new Uint8Array() };
    folder.entries.set(name, file);
    return this.#handle(file);
  }

  async mkdir(path: string): Promise<void> {
    this.#step();
    const { folder, name, node } = this.#find(path);
    if (node !== undefined) fail('EEXIST', path);
    folder.entries.set(name, { entries: new Map(), durable: new Map() });
  }

  async readdir(path: string): Promise<{ name: string; isDirectory(): boolean }[]> {
    this.#step();
    const entries = [...this.#folder(path).entries];
    return entries.map(([name, node]) => ({ name, isDirectory: () => isFolder(node) }));
  }

  async stat(path: string): Promise<{ size: number; mtime: Date }> {
    return (await this.open(path, 'r')).stat();
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step();
    const source = this.#find(from);
    const target = this.#find(to);
    if (source.node === undefined) return fail('ENOENT', from);
    if (target.node !== undefined && isFolder(target.node) && target.node.entries.size > 0) fail('ENOTEMPTY', to);
    source.folder.entries.delete(source.name);
    target.folder.entries.set(target.name, source.node);
  }

  async unlink(path: string): Promise<void> {
    this.#step();
    const { folder, name, node } = this.#find(path);
    if (node === undefined) fail('ENOENT', path);
    else if (isFolder(node)) fail('EISDIR', path);
    folder.entries.delete(name);
  }

  async rmdir(path: string): Promise<void> {
    this.#step();
    const { folder, name } = this.#find(path);
    if (this.#folder(path).entries.size > 0) fail('ENOTEMPTY', path);
    folder.entries.delete(name);
  }

  #handle(node: Node): OpenFile {
    const file = (): FileNode => (isFolder(node) ? fail('EISDIR', 'a folder') : node);
    return {
      read: async (into, offset, length, position) => {
        this.#step();
        const part = file().bytes.subarray(position, position + length);
        into.set(part, offset);
        return { bytesRead: part.length };
      },
      writeFile: async (bytes) => {
        // The power may go in the middle of a write.
        file().bytes = bytes.slice(0, bytes.length >> 1);
        this.#step();
        file().bytes = bytes.slice();
      },
      stat: async () => {
        this.#step();
        return { size: file().bytes.length, mtime: new Date(this.steps) };
      },
      sync: async () => {
        this.#step();
        if (isFolder(node)) node.durable = new Map(node.entries);
        else node.durable = node.bytes;
      },
      close: async () => {},
    };
  }

  #step(): void {
    if (this.steps >= this.cutAt) fail('EIO', 'the power is off');
    this.steps += 1;
  }

  #folder(path: string): FolderNode {
    const { node } = this.#find(path);
    if (node === undefined) return fail('ENOENT', path);
    return isFolder(node) ? node : fail('ENOTDIR', path);
  }

  #find(path: string): { folder: FolderNode; name: string; node: Node | undefined } {
    if (path === '/') return { folder: this.#root, name: '', node: this.#root };
    const cut = path.lastIndexOf('/');
    const folder = this.#folder(path.slice(0, cut) || '/');
    const name = path.slice(cut + 1);
    return { folder, name, node: folder.entries.get(name) };
  }
}

function isFolder(node: Node): node is FolderNode {
  return 'entries' in node;
}

function fail(code: string, what: string): never {
  throw Object.assign(new Error(`${code}: ${what}`), { code });
}

/** The same disk as another object, as another process sees it, with some operations done differently. */
export function viewOf(disk: FileSystem, changes: Partial<FileSystem> = {}): FileSystem {
  return {
    open: (path, flags) => disk.open(path, flags),
    mkdir: (path) => disk.mkdir(path),
    readdir: (path) => disk.readdir(path),
    stat: (path) => disk.stat(path),
    rename: (from, to) => disk.rename(from, to),
    unlink: (path) => disk.unlink(path),
    rmdir: (path) => disk.rmdir(path),
    ...changes,
  };
}
