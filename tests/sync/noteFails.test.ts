import { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { device } from './Fleet.ts';

test('[P7] what came from the cloud is seen although the note of how far it got could not be written', async () => {
  const bucket = new MemoryBucket();
  const a = await device(bucket).open();
  a.save('g.1', 'first');
  await a.flush();
  const b = await device(bucket).open();
  let isHere = false;
  b.faults.gate = ({ method, key }) => {
    if (method === 'storeData' && key === 'app.g') isHere = true;
    return isHere && key === 'app.$sync' ? Promise.reject(new Error('the disk says no')) : undefined;
  };
  await b.pull().catch(() => {});
  expect(isHere).toBe(true);
  expect(Object.keys(await b.all())).toEqual(['Note g.1']);
});
