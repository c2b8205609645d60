import type { SyncStats } from 'tiersync';
import { expect, test } from 'vitest';
import { runBetween } from '../../src/inspector/runs/SyncRun.ts';
import { logRange, logShare, logTicks, timeSpan } from '../../src/inspector/runs/scales.ts';

const stats = (more: Partial<SyncStats>): SyncStats => ({
  ...{ pushCount: 5, pullCount: 5, conflictCount: 0, lastSyncAt: new Date(1_000), lastError: null },
  ...{ nextTryAt: null, requests: 10, bytesSent: 100, bytesReceived: 200, lastDurationMs: 7 },
  ...more,
});

test('[IN11] a sync is what the statistics grew by', () => {
  const after = stats({ pushCount: 7, requests: 13, bytesSent: 150, lastSyncAt: new Date(2_000), lastDurationMs: 30 });
  expect(runBetween(stats({}), after, 9_999)).toEqual({
    endedAt: 2_000,
    durationMs: 30,
    requests: 3,
    bytesSent: 50,
    bytesReceived: 0,
    pushed: 2,
    pulled: 0,
    conflicts: 0,
    error: null,
  });
});

test('[IN11] a sync that failed has its error, and one of another cloud is none', () => {
  const failed = stats({ lastError: new Error('no network'), lastDurationMs: 12 });
  expect(runBetween(stats({}), failed, 5_000)).toMatchObject({ endedAt: 5_000, durationMs: 12, error: 'no network' });
  const again = stats({ lastError: new Error('no network'), lastDurationMs: 12 });
  expect(runBetween(failed, again, 6_000)).toMatchObject({ error: 'no network' });
  const other = stats({ pushCount: 0, requests: 0, lastSyncAt: null, lastDurationMs: null });
  expect(runBetween(stats({}), other, 5_000)).toBeNull();
  expect(runBetween(stats({}), stats({ requests: 2, lastSyncAt: new Date(3_000) }), 5_000)).toBeNull();
  const same = stats({});
  expect(runBetween(same, same, 5_000)).toBeNull();
});

test('[IN11] the line of syncs shows all of them, and names a few moments', () => {
  const now = 1_000_000;
  expect(timeSpan(now, now)).toMatchObject({ from: now - 60_000, to: now });
  const span = timeSpan(now - 200_000, now);
  expect(span.from).toBe(now - 300_000);
  expect(span.ticks).toEqual([750_000, 825_000, 900_000, 975_000]);
  expect(timeSpan(0, 1e12).from).toBe(1e12 - 86_400_000);
});

test('[IN11] ten times as much is one step higher, whatever the scale', () => {
  const range = logRange([3, 4_000], 1, 1_000);
  expect(range).toEqual([1, 10_000]);
  expect([0, 1, 10, 100, 10_000, 1e9].map((value) => logShare(value, range))).toEqual([0, 0, 0.25, 0.5, 1, 1]);
  expect(logTicks(range)).toEqual([10, 100, 1_000, 10_000]);
});
