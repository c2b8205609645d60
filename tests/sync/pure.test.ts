import type { TierSyncErrorCode } from 'tiersync';
import { expect, test } from 'vitest';
import { firstSyncState, type SyncState, statusOf } from '../../src/drive/syncState.ts';
import { syncedNames, wasSynced } from '../../src/sync/syncedNames.ts';
import { isSame } from '../../src/util/isSame.ts';

const shown = (part: Partial<SyncState>, isAnswered = false): string => {
  const { status, reason } = statusOf({ ...firstSyncState, isStarted: true, ...part }, isAnswered);
  return reason === null ? status : `${status}/${reason}`;
};
const failed = (code: TierSyncErrorCode, retryAt: number | null = null): Partial<SyncState> => ({
  failure: { code, count: 1, retryAt },
});

test('[EN44] the status tells the first that is so: stopped and no call runs, offline, failing and not answered since, running, idle', () => {
  const all = { ...failed('auth-needed', 5), isRunning: true, isDegraded: true };
  expect(shown({ ...all, offline: 'network', isStarted: false, isRunning: false })).toBe('offline/stopped');
  expect(shown({ ...all, isStarted: false })).toBe('error/auth');
  expect(shown({ ...all, offline: 'network' })).toBe('offline/network');
  expect(shown({ ...all, offline: 'by-hand' })).toBe('offline');
  expect(shown(all)).toBe('error/auth');
  expect(shown({ ...all, isRunning: false })).toBe('error/auth');
  expect(shown(all, true)).toBe('syncing/degraded');
  expect(shown({ ...failed('quota-exceeded'), isDegraded: true })).toBe('error/quota');
  expect(shown(failed('confirm-needed'))).toBe('error/paused');
  expect(shown({ isRunning: true, isDegraded: true })).toBe('syncing/degraded');
  expect(shown({ isDegraded: true })).toBe('idle/degraded');
  expect(shown({})).toBe('idle');
});

test('[EN5] two values are equal if nobody could tell them apart', () => {
  const error = new Error('one');
  const same: [unknown, unknown][] = [
    [1, 1],
    [Number.NaN, Number.NaN],
    [[], []],
    [[{ id: 'a' }], [{ id: 'a' }]],
    [
      { at: new Date(1), list: [null] },
      { at: new Date(1), list: [null] },
    ],
    [error, error],
  ];
  const different: [unknown, unknown][] = [
    [1, 2],
    [null, {}],
    [[1], [2]],
    [[1], [1, 2]],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: undefined }, { b: undefined }],
    [{ at: new Date(1) }, { at: new Date(2) }],
    [error, new Error('one')],
    [{ restore: () => {} }, { restore: () => {} }],
    [[], {}],
  ];
  for (const [a, b] of same) expect([a, b, isSame(a, b)]).toEqual([a, b, true]);
  for (const [a, b] of different) expect([a, b, isSame(a, b) || isSame(b, a)]).toEqual([a, b, false]);
});

test('[LK3] [LK4] what was synced is known from the text that was kept of it', () => {
  const names = ['Draft', 'Note', 'Other'];
  const were = (text: string): string[] => names.filter((name) => wasSynced(text, name));
  expect(were(syncedNames([], []))).toEqual(names);
  expect(were(syncedNames([], ['Draft']))).toEqual(['Note', 'Other']);
  expect(were(syncedNames(['Note', 'Draft'], []))).toEqual(['Draft', 'Note']);
  expect(were(syncedNames(['Note', 'Draft'], ['Draft']))).toEqual(['Note']);
  expect(syncedNames(['Note', 'Draft'], ['Other'])).toBe(syncedNames(['Draft', 'Note'], ['Other']));
});
