import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tiersync from 'tiersync';
import { type Conflict, type IBucket, MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { kept } from '../adversarial/support.ts';
import { type CloudGolden, openDevice, textsOf, writeCloud } from './cloudSet.ts';

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`./format-1/${name}`, import.meta.url)), 'utf8')) as T;

/** What a device kept of a conflict before it kept what both sides had started from, and since. */
const devices = { before: read<CloudGolden>('cloud.json').device, since: read<CloudGolden['device']>('conflict.json') };

async function conflictOf(device: IBucket): Promise<{ conflict: Conflict; numbers: () => Promise<unknown> }> {
  const data = await openDevice(tiersync, kept(new MemoryBucket()), device);
  const seen: Conflict[] = [];
  data.sync.conflicts$.subscribe((conflicts) => seen.push(...conflicts));
  return { conflict: seen[0]!, numbers: async () => (await data.repo('Task').get('a.1'))?.['number'] };
}

for (const [when, texts] of Object.entries(devices)) {
  test(`[FM5] a conflict that was kept ${when} is read, and what was lost can be brought back`, async () => {
    const device = kept(new MemoryBucket());
    for (const [name, text] of Object.entries(texts)) await device.put(name, new TextEncoder().encode(text));
    const { conflict, numbers } = await conflictOf(device);
    expect(conflict).toMatchObject({ local: { number: 100 }, remote: { number: 200 }, winner: { number: 100 } });
    expect(conflict.lost).toEqual([['big'], ['bytes'], ['number'], ['odd'], ['when']]);
    expect(conflict.base?.['number']).toBe(when === 'before' ? undefined : 1);
    await conflict.restore();
    expect(await numbers()).toBe(200);
  });
}

test('[FM5] what is kept of a conflict today is what the file holds, and no more than before but the base', async () => {
  const [cloud, device] = [kept(new MemoryBucket()), kept(new MemoryBucket())];
  await writeCloud(tiersync, cloud, device);
  const name = 'app.a.json';
  expect((await textsOf(device))[name]).toBe(devices.since[name]);
  const conflictIn = (text: string | undefined): object => JSON.parse(text ?? '').data.$.conflicts[0];
  const { base, ...others } = conflictIn(devices.since[name]) as { readonly base: unknown };
  expect(base).toMatchObject({ id: 'a.1', number: 1, version: 1 });
  expect(others).toEqual(conflictIn(devices.before[name]));
});
