import type { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { exportLines, verify } from '../../src/maintenance/index.ts';
import { letters, Shelf } from '../retention/Shelf.ts';
import { TextDisk } from '../support/TextDisk.ts';

async function evicted() {
  const shelf = new Shelf();
  const disk = new TextDisk();
  const { data, items } = await shelf.open(disk.open({ listKeys: true }), { quota: { maxBytes: 1_000 } });
  items.saveMany([1, 2, 3].map(() => ({ shelf: 's', text: letters(900) })));
  await data.sync.push();
  await data.unload();
  return { place: { prefix: 'app', local: disk.open({ listKeys: true }) }, cloud: shelf.cloud as MemoryBucket };
}

test('[RT8] what was taken away is counted by verify, and is no fault', async () => {
  const { place } = await evicted();
  const report = await verify(place);
  expect(report).toMatchObject({ isSound: true, keys: [{ entityKey: 'app.s', entities: 0, evicted: 3 }] });
});

test('[RT8] an export of the device ends with what it lacks, unless told to go on; that of the cloud has all', async () => {
  const { place, cloud } = await evicted();
  const linesOf = async (tier: Parameters<typeof exportLines>[0], options = {}): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of exportLines(tier, options)) lines.push(line);
    return lines;
  };
  await expect(linesOf(place)).rejects.toThrow('3 entities were taken away to make room; export the cloud');
  const faults: unknown[] = [];
  const onFault = ({ code, entityKey }: { code: string; entityKey: string | null }) => faults.push([code, entityKey]);
  expect(await linesOf(place, { onFault })).toHaveLength(2);
  expect(faults).toEqual([['evicted', 'app.s']]);
  expect(await linesOf({ prefix: 'app', cloud })).toHaveLength(5);
});
