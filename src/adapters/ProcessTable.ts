import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { errorCode } from './FileSystem.ts';

/** A process as it signs its locks and temporary files: number, host, and when it was born where that can be known. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  readonly birth: string;
}

/** Who we are and who is dead. A test hands in its own to play several processes. */
export interface ProcessTable {
  self(): Promise<ProcessIdentity>;
  isDead(other: ProcessIdentity): Promise<boolean>;
}

export function formatIdentity(identity: ProcessIdentity): string {
  return [identity.pid, identity.birth, identity.host].join('@');
}

/** Reads an identity from the beginning of a file name; what follows a third `@` is the caller's. */
export function parseIdentity(text: string): ProcessIdentity | null {
  const [pid = '', birth = '', host] = text.split('@');
  return /^\d+$/.test(pid) && host !== undefined ? { pid: Number(pid), birth, host } : null;
}

const host = hostname().replace(/[^A-Za-z0-9.-]/g, '_');

export const nodeProcessTable: ProcessTable = {
  async self() {
    return { pid: process.pid, host, birth: (await look(process.pid)).birth };
  },

  async isDead(other) {
    // A process elsewhere cannot be seen from here, so it counts as alive.
    if (other.host !== host) return false;
    if (!exists(other.pid)) return true;
    const seen = await look(other.pid);
    // The number may have been given to another process since.
    return seen.zombie || (seen.birth !== '' && other.birth !== '' && seen.birth !== other.birth);
  },
};

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return errorCode(cause) !== 'ESRCH';
  }
}

/** What Linux tells of a process; elsewhere nothing, and then the number alone has to do. */
async function look(pid: number): Promise<{ readonly birth: string; readonly zombie: boolean }> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may hold anything; state is the third, start time the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { birth: `${boot.slice(0, 8)}.${fields[19]}`, zombie: fields[0] === 'Z' || fields[0] === 'X' };
  } catch {
    return { birth: '', zombie: false };
  }
}
