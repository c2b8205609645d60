import { MemoryBucket } from 'tiersync';
import { createServerTier } from 'tiersync/client';
import { expect, test } from 'vitest';
import { syncTiers } from '../../src/sync/syncTiers.ts';
import { TestServer } from '../client/TestServer.ts';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { type Cloud, type Device, device } from './Fleet.ts';

const day = 86_400_000;

const move = (one: Device, cloud: Cloud, startOver: boolean): Promise<void> =>
  one.settle(one.data.setCloud(cloud, { autoStart: false, startOver }));

const serverOf = (server: TestServer, { environment }: Device): Cloud =>
  createServerTier({ transport: server.transport(), environment });

async function rounds(...devices: Device[]): Promise<void> {
  for (let round = 0; round < 2; round++) for (const one of devices) await one.sync();
}

/** The same on all devices, as the app sees it. */
async function agreed(...devices: Device[]): Promise<Record<string, unknown>> {
  const [first, ...others] = await Promise.all(devices.map((one) => one.all()));
  for (const other of others) expect(other).toEqual(first);
  return first!;
}

test('[SC50] live data moves from a bucket to a server and back, device by device, and nothing is lost', async () => {
  const bucket = new MemoryBucket();
  const server = new TestServer();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  for (let i = 0; i < 30; i++) a.save(`g${i % 3}.${i}`, `first ${i}`);
  await a.flush();
  await rounds(b, a);
  await a.environment.advance(1000);
  await b.environment.advance(2000);
  a.save('g0.0', 'edited by a while it moves');
  a.notes.delete('g1.1');
  b.save('g2.2', 'edited by b, not sent yet');
  b.notes.delete('g0.3');
  await a.flush('local');
  await b.flush('local');
  await move(a, serverOf(server, a), true);
  await a.sync();
  await move(b, serverOf(server, b), true);
  await rounds(b, a);
  const onServer = await agreed(a, b);
  expect(Object.keys(onServer).length).toBe(28);
  expect(onServer).toMatchObject({
    'Note g0.0': { label: 'edited by a while it moves' },
    'Note g2.2': { label: 'edited by b, not sent yet' },
  });
  await a.environment.advance(day);
  await b.environment.advance(day);
  await server.environment.advance(day);
  a.save('g1.4', 'edited on the server');
  await rounds(a, b);
  b.save('g1.7', 'edited by b on its way back');
  await b.flush('local');
  const back = new MemoryBucket();
  await move(a, new FaultyBucket(back, a.faults), true);
  await a.sync();
  await move(b, new FaultyBucket(back, b.faults), true);
  await rounds(b, a);
  const fresh = await device(back).open();
  await fresh.sync();
  const all = await agreed(a, b, fresh);
  expect(Object.keys(all)).toEqual(Object.keys(onServer));
  expect(all).toMatchObject({
    'Note g1.4': { label: 'edited on the server' },
    'Note g1.7': { label: 'edited by b on its way back' },
  });
  expect([a, b].flatMap(({ conflicts, rejected }) => [...conflicts, ...rejected])).toEqual([]);
});

test('[SC50] two devices that move at one time end with the same', async () => {
  const bucket = new MemoryBucket();
  const server = new TestServer();
  const a = await device(bucket).open();
  const b = await device(bucket).open();
  for (let i = 0; i < 10; i++) a.save(`g.${i}`, `first ${i}`);
  await a.flush();
  await rounds(b, a);
  b.save('g.new', 'of b');
  await b.flush('local');
  await move(a, serverOf(server, a), true);
  await move(b, serverOf(server, b), true);
  await Promise.all([a.sync(), b.sync()]);
  await rounds(a, b);
  expect(Object.keys(await agreed(a, b)).length).toBe(11);
});

test('[SC51] a server is copied into another tier, and back, by syncTiers', async () => {
  const [one, other] = [new TestServer(), new TestServer()];
  const a = await device(new MemoryBucket()).open();
  await move(a, serverOf(one, a), true);
  for (let i = 0; i < 20; i++) a.save(`g${i % 2}.${i}`, `first ${i}`);
  a.notes.delete('g0.0');
  await a.sync();
  const tiers = [one, other].map((server) =>
    createServerTier({ transport: server.transport(), environment: a.environment }),
  );
  expect(await syncTiers(tiers[0]!, tiers[1]!)).toMatchObject({ toA: 0 });
  expect((await tiers[1]!.readMetadata()).hash).toBe((await tiers[0]!.readMetadata()).hash);
  expect(await syncTiers(tiers[0]!, tiers[1]!)).toEqual({ toA: 0, toB: 0 });
});
