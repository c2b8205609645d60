import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type S3Server, startS3Server } from '../support/s3Server.ts';
import { DeviceFleet, type DeviceFleetOptions } from './DeviceFleet.ts';
import { buildDevice } from './DeviceProcesses.ts';

let place = '';
let program = '';
let server: S3Server;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'tiersync-processes-'));
  [program, server] = await Promise.all([buildDevice(place), startS3Server()]);
});

afterAll(async () => {
  await server.stop();
  await rm(place, { recursive: true, force: true });
});

async function run(title: string, options: Omit<DeviceFleetOptions, 'program' | 'place'>): Promise<DeviceFleet> {
  const started = process.hrtime.bigint();
  const fleet = new DeviceFleet({ ...options, program, place: join(place, title) });
  await fleet.work();
  const { records, pending, exits } = await fleet.settle();
  const { ledger, killed } = fleet;
  const sum = (of: 'requests' | 'puts' | 'lost'): number => ledger.syncs.reduce((all, sync) => all + sync[of], 0);
  const worst = Math.max(...ledger.syncs.map(({ lostInARow }) => lostInARow));
  const seconds = Number((process.hrtime.bigint() - started) / 100_000_000n) / 10;
  console.log(
    `${title}: ${options.devices} processes, ${ledger.edits} edits, ${ledger.confirmed} confirmed, ${killed} killed, ` +
      `${ledger.conflicts} conflicts, ${sum('requests')} requests, ${sum('puts')} commits tried, ${sum('lost')} lost a race ` +
      `(${worst} in a row at most), ${ledger.failures.length} flushes failed, ${seconds} s` +
      [...new Set(ledger.failures)].map((failure) => `\n  ${failure}`).join(''),
  );
  const [first = [], ...others] = records;
  expect(ledger.bad).toEqual([]);
  expect(exits).toEqual(records.map(() => 0));
  for (const other of others) expect(other).toEqual(first);
  expect(pending).toBe(0);
  expect(ledger.judge(first)).toEqual([]);
  expect(ledger.edits).toBe(options.devices * options.editsEach);
  expect(killed).toBe(options.kills);
  expect(ledger.conflicts).toBeGreaterThan(0);
  expect(first.length).toBeGreaterThan(0);
  return fleet;
}

test('[P1] [P2] [LK60] twenty processes on one S3 bucket, three of them killed: all hold the same, nothing confirmed is lost', async () => {
  const { endpoint, bucket, credentials } = server;
  await run('S3 bucket', {
    seed: 1,
    devices: 20,
    editsEach: 50,
    kills: 3,
    idsAGroup: 15,
    cloudOf: (device) => ({ kind: device % 2 === 0 ? 's3' : 'fetch', endpoint, bucket, credentials }),
  });
}, 120_000);

test('[P1] [P2] [LK61] five processes on a shared folder as cloud, one of them killed', async () => {
  await run('shared folder', {
    seed: 2,
    devices: 5,
    editsEach: 40,
    kills: 1,
    idsAGroup: 5,
    cloudOf: () => ({ kind: 'folder', folder: join(place, 'cloud') }),
  });
}, 60_000);
