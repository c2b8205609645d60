import type { Write } from './History.ts';
import type { Marked } from './SimulatedData.ts';

export interface AuditOptions {
  /** What was confirmed to somebody who can still be asked. */
  readonly isConfirmed: (write: Write) => boolean;
  /** Clocks were so wrong that stamps may have been taken back. */
  readonly isWild: boolean;
  readonly isLastWriteWins: boolean;
  /** When everything of that name was cleared, by somebody who may not have heard of it yet. */
  readonly clears: readonly number[];
  /** What is over by now may be gone. */
  readonly now: number;
}

/** What is wrong with finding this at a place, after these writes. Null: nothing. Whoever looks knows nothing else. */
export function auditPlace(found: Marked | null, writes: readonly Write[], options: AuditOptions): string | null {
  // Where stamps do not decide, what somebody built on may go the way of what was built on it.
  const isReplaced = (write: Write): boolean =>
    !options.isLastWriteWins &&
    writes
      .slice(writes.indexOf(write) + 1)
      .some(({ device, base }) => device === write.device || (base === write.mark && base !== null));
  const confirmed = writes.filter((write) => options.isConfirmed(write) && !write.isReported && !isReplaced(write));
  if (found === null) return auditAbsence(confirmed, writes, options);
  if (found.end !== found.mark) return `is half one version and half another: ${found.mark} and ${found.end}`;
  if (!writes.some(({ mark }) => mark === found.mark)) return `is ${found.mark}, which nobody wrote there`;
  if (options.isWild) return null;
  const stamp = found.updatedAt.getTime();
  const lost = confirmed.find((write) => write.stamp !== null && write.stamp > stamp);
  return lost === undefined ? null : `is ${found.mark} of ${stamp}, although ${describeWrite(lost)} was confirmed`;
}

function auditAbsence(confirmed: readonly Write[], writes: readonly Write[], options: AuditOptions): string | null {
  const deletions = writes.filter(({ mark, expiresAt }) => mark === null || isOver(expiresAt, options.now));
  // Whoever was told that their edit lost was told of everything they had put into it before.
  const isInReported = ({ device }: Write, index: number): boolean =>
    writes.some((later, at) => at > index && later.device === device && later.mark !== null && later.isReported);
  const lost = confirmed.find(
    (write) =>
      write.mark !== null &&
      !isInReported(write, writes.indexOf(write)) &&
      !deletions.some((deletion) => mayBeat(deletion, write, writes, options)) &&
      !options.clears.some((stamp) => write.stamp !== null && write.stamp <= stamp),
  );
  return lost === undefined ? null : `is absent, although ${describeWrite(lost)} was confirmed and nobody deleted it`;
}

/** Clocks differ, and are looked at now and then. */
const lateMs = 600_000;

/** Whether it is over on some devices. */
const isOver = (expiresAt: number | null, now: number): boolean => expiresAt !== null && expiresAt <= now + lateMs;

/** Something that is over for everybody, and still there. */
export function findOver({ mark, expiresAt }: Marked, now: number): string | null {
  return expiresAt === undefined || expiresAt.getTime() > now - lateMs ? null : `is ${mark}, which is over`;
}

function mayBeat(
  deletion: Write,
  write: Write,
  writes: readonly Write[],
  { isWild, isLastWriteWins }: AuditOptions,
): boolean {
  if (isWild) return true;
  if (isLastWriteWins && deletion.stamp !== null && write.stamp !== null) return deletion.stamp >= write.stamp;
  const isBefore = writes.indexOf(deletion) < writes.indexOf(write);
  return !(isBefore && deletion.device === write.device && write.base !== undefined);
}

/** A version that came back after somebody who had seen it deleted it, and was told that this is kept. */
export function findReturned(
  found: Marked | null,
  writes: readonly Write[],
  isLasting: (write: Write) => boolean,
): string | null {
  if (found === null) return null;
  const deletion = writes.find(
    (write) => write.mark === null && write.base === found.mark && isLasting(write) && !write.isReported,
  );
  return deletion === undefined ? null : `is ${found.mark} again, which device ${deletion.device} had seen and deleted`;
}

export function describeWrite({ mark, device, level, stamp }: Write): string {
  return `${mark ?? 'a deletion'} of device ${device} (${level}, stamp ${stamp ?? 'unknown'})`;
}
