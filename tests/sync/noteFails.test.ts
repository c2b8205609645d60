import { MemoryBucket } from 'tiersync';
import { expect, test } from 'vitest';
import { TextDisk } from '../support/TextDisk.ts';
import { Device, device } from './Fleet.ts';

test('[P7] what came from the cloud is seen although the note of how far it got could not be written', async () => {
  const cloud = new TextDisk();
  const attach = () => cloud.open({ listKeys: true });
  const [a, b] = [await new Device(attach).open(), await new Device(attach).open()];
  a.save('g.1', 'first');
  await a.flush();
  await b.sync();
  a.save('h.1', 'second', { group: 'h' });
  await a.flush();
  let isHere = false;
  b.faults.gate = ({ method, key }) => {
    if (method === 'storeData' && key === 'app.h') isHere = true;
    return isHere && key === 'app.$sync' ? Promise.reject(new Error('the disk says no')) : undefined;
  };
  await b.pull().catch(() => {});
  expect(isHere).toBe(true);
  expect(Object.keys(await b.all())).toEqual(['Note g.1', 'Note h.1']);
});

test('[P11] what the cloud confirmed waits no more, although the answer of the disk that noted it was lost', async () => {
  const one = await device(new MemoryBucket(), {}, { listKeys: true, exclusive: true }).open();
  one.save('g.1', 'first');
  await one.flush('local');
  one.faults.gate = ({ method, key }) => {
    const isConfirmed = one.disk.texts.get('app.g')?.includes('outbox') === false;
    if (method !== 'storeData' || key !== 'app.$metadata' || !isConfirmed) return undefined;
    one.faults.gate = null;
    one.faults.failAt(0, 'after');
    return undefined;
  };
  await one.flush().catch(() => {});
  await one.sync();
  expect(one.faults.hasFired).toBe(true);
  expect(one.pending).toBe(0);
});

/** A device in whose memory a key is, and on whose disk a change from elsewhere landed although its write failed. */
async function halfTold(): Promise<Device> {
  const bucket = new MemoryBucket();
  const [a, b] = [await device(bucket).open(), await device(bucket).open()];
  a.save('g.1', 'first');
  await a.flush();
  await b.sync();
  expect(await b.label('g.1')).toBe('first');
  a.save('g.1', 'second');
  await a.flush();
  let isWritten = false;
  b.faults.gate = ({ method, key }) => {
    if (method === 'storeData' && key === 'app.g') isWritten = true;
    return isWritten && key === 'app.$metadata' ? Promise.reject(new Error('the disk says no')) : undefined;
  };
  await expect(b.pull()).rejects.toThrow('the disk says no');
  expect(b.disk.texts.get('app.g')).toContain('second');
  return b;
}

test('[P7] what landed on the disk by a write that failed is seen after the cloud was taken away', async () => {
  const b = await halfTold();
  b.faults.gate = null;
  await b.settle(b.data.setCloud(null));
  expect(await b.label('g.1')).toBe('second');
});

test('[P7] it is seen at the next look at a cloud, also when the disk could not be read at once', async () => {
  const b = await halfTold();
  b.faults.gate = () => Promise.reject(new Error('the disk says no'));
  await b.settle(b.data.setCloud(null));
  b.faults.gate = null;
  await b.settle(b.data.setCloud(b.attach?.(b.faults) as never));
  await b.sync();
  expect(await b.label('g.1')).toBe('second');
});
