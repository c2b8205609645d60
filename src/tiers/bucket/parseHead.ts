import { TierSyncError } from '../../errors.ts';
import { fromWire } from '../../protocol/wireChange.ts';
import { isPlainObject } from '../../util/isPlainObject.ts';
import { isCount, isText } from '../../util/jsonChecks.ts';
import type { CheckpointRef, Commit, Head } from './head.ts';
import { isHorizon } from './isHorizon.ts';

/** What was read as a head, checked to the last change. Fields that this version does not know stay in it. */
export function parseHead(where: string, raw: unknown): Head {
  if (!isPlainObject(raw)) throw unreadable(where, 'is no object');
  const { lineage, nonce, seq, checkpoint, tail } = raw;
  if (!isText(lineage) || !isText(nonce) || !isCount(seq)) throw unreadable(where, 'does not say what it is of');
  if (!isCheckpoint(checkpoint)) throw unreadable(where, 'has no readable checkpoint');
  if (!Array.isArray(tail)) throw unreadable(where, 'has no tail');
  let before: { readonly seq: number; readonly nonce: string } = checkpoint;
  for (const commit of tail as unknown[]) {
    if (!isCommit(where, commit)) throw unreadable(where, `has no readable commit after ${before.seq}`);
    if (commit.seq !== before.seq + 1 || commit.prev !== before.nonce) {
      throw unreadable(where, `has a commit after ${before.seq} that does not follow it`);
    }
    before = commit;
  }
  if (before.seq !== seq) throw unreadable(where, `ends at ${before.seq} and says ${seq}`);
  return raw as unknown as Head;
}

const unreadable = (where: string, what: string): TierSyncError => new TierSyncError('corrupt', `${where} ${what}`);

const isCheckpoint = (value: unknown): value is CheckpointRef =>
  isPlainObject(value) &&
  isCount(value['seq']) &&
  isText(value['nonce']) &&
  isCount(value['hash']) &&
  (value['index'] === null || isText(value['index'])) &&
  isHorizon(value['horizon']);

function isCommit(where: string, value: unknown): value is Commit {
  if (!isPlainObject(value)) return false;
  const { seq, nonce, prev, device, at, repaired, changes, object, count, bytes } = value;
  if (!isCount(seq) || !isText(nonce) || !isText(prev) || typeof device !== 'string') return false;
  if (typeof at !== 'number' || (repaired !== undefined && !isTexts(repaired))) return false;
  if (changes === undefined) return isText(object) && isCount(count) && isCount(bytes);
  if (!Array.isArray(changes) || object !== undefined) return false;
  for (const change of changes) fromWire(where, change);
  return true;
}

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
