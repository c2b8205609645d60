import { mkdir, open, readdir, rename, rmdir, stat, unlink } from 'node:fs/promises';

/** Size and time of a file. */
export interface FileStatus {
  readonly size: number;
  readonly mtime: Date;
}

/** A file, or a folder, that is open. */
export interface OpenFile {
  /** Bytes from that position on into this place of an array; fewer than asked for may come, 0 at the end. */
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  writeFile(bytes: Uint8Array): Promise<void>;
  stat(): Promise<FileStatus>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What `FileBucket` uses of node:fs/promises, so that tests can hand in one that forgets or fails. */
export interface FileSystem {
  /** `r` also opens a folder, for `sync` alone. */
  open(path: string, flags: 'r' | 'wx'): Promise<OpenFile>;
  mkdir(path: string): Promise<unknown>;
  readdir(path: string): Promise<readonly { readonly name: string; isDirectory(): boolean }[]>;
  stat(path: string): Promise<FileStatus>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
}

export const nodeFileSystem: FileSystem = {
  open: (path, flags) => open(path, flags),
  mkdir: (path) => mkdir(path),
  readdir: (path) => readdir(path, { withFileTypes: true }),
  stat: (path) => stat(path),
  rename: (from, to) => rename(from, to),
  unlink: (path) => unlink(path),
  rmdir: (path) => rmdir(path),
};

export function errorCode(cause: unknown): string {
  const code = (cause as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** Waits, and takes these error codes for an answer: `null`. */
export async function allowing<T>(codes: readonly string[], work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (cause) {
    if (codes.includes(errorCode(cause))) return null;
    throw cause;
  }
}
