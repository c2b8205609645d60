import { DataOrchestrator, EntityKeyFieldStrategy, type IBucket, MemoryBucket, silentLogger } from 'tiersync';
import { repair, type TierPlace, verify } from 'tiersync/maintenance';
import { describe, expect, test } from 'vitest';
import { kept } from '../adversarial/support.ts';
import { active, changeOf } from '../support/records.ts';
import { TextDisk } from '../support/TextDisk.ts';
import { everything, namesIn, peek, peerOn, push, rot, tamper, task } from '../tiers/bucket/support.ts';
import { environment, fill, localTierAt, readAll } from './support.ts';

const onBucket = (kind: 'local' | 'cloud', bucket: IBucket): TierPlace =>
  kind === 'local' ? { prefix: 'app', local: bucket } : { prefix: 'app', cloud: bucket };

async function filled(kind: 'local' | 'cloud', keys = 5): Promise<{ bucket: IBucket; place: TierPlace }> {
  const bucket = kept(new MemoryBucket());
  const place = onBucket(kind, bucket);
  await fill(place, keys);
  return { bucket, place };
}

const rotten = (bucket: IBucket, name: string): Promise<void> => rot(bucket as MemoryBucket, name);
const options = { isAlone: true, environment };

describe('a local tier', () => {
  test('[MT11] without another tier is rebuilt from what is there, keeps what cannot be read, and names what is gone', async () => {
    const { bucket, place } = await filled('local');
    await bucket.delete('app.k001.json');
    await rotten(bucket, 'app.k002.json');
    await rotten(bucket, 'app.$metadata.json');
    const bytes = (await bucket.get('app.k002.json')) as { bytes: Uint8Array };
    const report = await repair(place, options);
    expect(report.isSound).toBe(false);
    expect(report.setAside).toHaveLength(2);
    const aside = report.setAside.find((name) => name.includes('k002')) as string;
    expect(await bucket.get(aside)).toMatchObject({ bytes: bytes.bytes });
    expect(report.mended.map(({ object }) => object)).toEqual(['app.$metadata']);
    expect(report.unmended).toMatchObject([{ code: 'lost', entityKey: 'app.k002' }]);
    expect([...(await readAll(place)).keys()]).toEqual(['app.k000', 'app.k003', 'app.k004']);
    // Nothing is left to do: the next run finds the same and changes nothing.
    expect((await repair(place, options)).unmended).toEqual(report.unmended);
  });

  test('[MT11] of which records were lost with their index entry intact says how many', async () => {
    const { bucket, place } = await filled('local');
    await tamper(bucket, 'app.k003.json', ({ Note: _gone, ...blob }) => blob);
    const report = await repair(place, options);
    expect(report.unmended).toMatchObject([
      { code: 'lost', entityKey: 'app.k003', message: 'app.k003: the index counted 4 records, and 3 are left' },
    ]);
    expect((await verify(place)).isSound).toBe(true);
  });

  test('[MT11] keeps records that cannot be read aside, as they stood', async () => {
    const disk = new TextDisk();
    const place = { prefix: 'app', local: disk.open({ listKeys: true }) };
    await fill(place, 3);
    const blob = disk.read('app.k002') as never as { Task: { [id: string]: { updatedAt: string } } };
    (blob.Task['k002.1'] as { updatedAt: string }).updatedAt = 'yesterday';
    disk.texts.set('app.k002', JSON.stringify(blob));
    const report = await repair(place, options);
    expect(report.setAside).toHaveLength(1);
    expect(disk.read(report.setAside[0] as string)).toEqual(blob);
    expect(report.unmended).toMatchObject([{ code: 'lost', entityKey: 'app.k002' }]);
    expect((await readAll(place)).get('app.k002')).toHaveLength(3);
  });

  test('[MT12] of a store without `exclusive` is repaired only where somebody says that no app runs', async () => {
    const { bucket, place } = await filled('local');
    await rotten(bucket, 'app.k002.json');
    const before = await namesIn(bucket, '');
    await expect(repair(place)).rejects.toMatchObject({ code: 'locked', message: expect.stringContaining('isAlone') });
    expect(await namesIn(bucket, '')).toEqual(before);
  });

  test('[MT12] that an app uses meanwhile loses none of its edits', async () => {
    const disk = new TextDisk();
    const cloud = kept(new MemoryBucket());
    const abilities = { storeMany: true, listKeys: true, exclusive: true };
    const data = await DataOrchestrator.create({
      prefix: 'app',
      local: disk.open(abilities),
      cloud,
      strategy: new EntityKeyFieldStrategy('group'),
      logger: silentLogger,
    });
    const tasks = data.repo<{ title: string; group: string }>('Task');
    const ids = tasks.saveMany(Array.from({ length: 40 }, (_, i) => ({ title: `${i}`, group: `g${i}` })));
    await data.flush('cloud');
    disk.texts.set('app.g7', '"rotten"');
    const repairing = repair({ prefix: 'app', local: disk.open(abilities) }, { from: { prefix: 'app', cloud } });
    for (const id of ids) {
      await tasks.update(id, { title: `edited ${id}` });
      await data.flush();
    }
    await repairing;
    await data.unload();
    const again = await DataOrchestrator.create({ prefix: 'app', local: disk.open(abilities), logger: silentLogger });
    const titles = (await again.repo<{ title: string }>('Task').getAll()).map(({ id, title }) => `${id} ${title}`);
    expect(titles.sort()).toEqual(ids.map((id) => `${id} edited ${id}`).sort());
    await again.unload();
    expect((await verify({ prefix: 'app', local: disk.open(abilities) })).faults).toEqual([]);
  });

  test('[MT16] what a newer version wrote is left as it is', async () => {
    const { bucket, place } = await filled('local');
    await tamper(bucket, 'app.k001.json', (blob) => ({ ...blob, $: { format: 7 } }));
    const before = await bucket.get('app.k001.json');
    const report = await repair(place, { ...options, from: (await filled('cloud')).place });
    expect(report.unmended).toMatchObject([{ code: 'upgrade-needed', entityKey: 'app.k001' }]);
    expect(await bucket.get('app.k001.json')).toEqual(before);
  });
});

const headOf = async (bucket: IBucket) =>
  (await peek(bucket, 'app/head')) as { lineage: string; seq: number; checkpoint: { index: string } };

describe('a shared bucket', () => {
  test('[MT13] whose index is lost gets one from what is there: it is the same history, and nothing else is written', async () => {
    const { bucket, place } = await filled('cloud');
    const records = await readAll(place);
    const before = await headOf(bucket);
    const peer = peerOn(bucket);
    const { cursor } = await peer.tier.changesSince(null);
    await rotten(bucket, `app/${before.checkpoint.index}`);
    await expect(peerOn(bucket).tier.readMetadata()).rejects.toMatchObject({ code: 'cloud-unreadable' });
    const report = await repair(place, options);
    expect(report).toMatchObject({ isSound: true, taken: 0 });
    expect(report.setAside).toEqual([`app/${before.checkpoint.index}`]);
    expect((await headOf(bucket)).lineage).toBe(before.lineage);
    expect((await peer.tier.changesSince(cursor)).reach).toBe('since');
    expect(await readAll(place)).toEqual(records);
  });

  test('[MT13] with keys in pages gets each page from its newest object, whatever its pages were before', async () => {
    for (const isAlone of [false, true]) {
      const bucket = kept(new MemoryBucket());
      const place = onBucket('cloud', bucket);
      const { tier } = peerOn(bucket, { tailCommits: 1, pageRecords: 10 });
      const fold = async (from: number, to: number, seconds: number): Promise<void> => {
        const all = Array.from({ length: to - from }, (_, i) =>
          task(`a.${from + i}`, seconds, { title: `${seconds}` }),
        );
        await push(tier, ...all);
        await tier.maintain();
      };
      for (const [from, to] of [
        [0, 8],
        [0, 40],
        [3, 9],
        [30, 200],
        [50, 60],
        [199, 200],
      ] as const)
        await fold(from, to, to);
      const records = await readAll(place);
      const before = await headOf(bucket);
      // Alone: no older index stands in for it either.
      const indexes = isAlone ? await namesIn(bucket, 'app/index/') : [`app/${before.checkpoint.index}`];
      for (const name of indexes) await rotten(bucket, name);
      expect(await repair(place, options)).toMatchObject({ isSound: true });
      expect((await headOf(bucket)).lineage).toBe(before.lineage);
      expect(await readAll(place)).toEqual(records);
      expect((await verify(place)).faults).toEqual([]);
    }
  });

  test('[MT11] names the page of a key that is gone, and an older one stands in for what cannot be read', async () => {
    const bucket = kept(new MemoryBucket());
    const place = onBucket('cloud', bucket);
    const { tier } = peerOn(bucket, { tailCommits: 1, pageRecords: 10 });
    const all = Array.from({ length: 40 }, (_, i) => task(`a.${i}`, 1, { title: 'one' }));
    await push(tier, ...all);
    await tier.maintain();
    await push(tier, task('a.7', 2, { title: 'two' }));
    await tier.maintain();
    const { index } = (await headOf(bucket)).checkpoint;
    const [edited] = (await namesIn(bucket, 'app/data/app.a@2')) as [string];
    const number = edited.slice(edited.lastIndexOf('.'));
    const [gone] = (await namesIn(bucket, 'app/data/app.a@1')).filter((name) => !name.endsWith(number)) as [string];
    await rotten(bucket, `app/${index}`);
    await rotten(bucket, edited);
    const lost = Object.keys((await peek(bucket, gone))['Task'] as object);
    await bucket.delete(gone);
    const report = await repair(place, options);
    expect(report.unmended.map(({ code, object }) => [code, object])).toContainEqual(['missing', gone]);
    const titles = (await readAll(place)).get('app.a') ?? [];
    expect(titles.find((text) => text.startsWith('Task a.7 '))).toContain('one');
    expect(titles).toHaveLength(40 - lost.length);
  });

  test('[MT13] whose head is lost gets another history, to which each device brings what it holds', async () => {
    const [local, cloud] = [kept(new MemoryBucket()), kept(new MemoryBucket())];
    const open = () =>
      DataOrchestrator.create({
        prefix: 'app',
        local,
        cloud,
        sync: { bucket: { tailCommits: 2 } },
        strategy: new EntityKeyFieldStrategy('group'),
        logger: silentLogger,
      });
    const data = await open();
    const tasks = data.repo<{ title: string; group: string }>('Task');
    for (let i = 0; i < 6; i++) {
      tasks.save({ title: `${i}`, group: `g${i}` });
      await data.flush('cloud');
    }
    await data.unload();
    const { lineage } = await headOf(cloud);
    await cloud.delete('app/head');
    const report = await repair({ prefix: 'app', cloud }, options);
    expect(report.mended).toMatchObject([{ code: 'missing', object: 'app/head' }]);
    expect(report.unmended).toMatchObject([{ code: 'lost', entityKey: null }]);
    expect((await headOf(cloud)).lineage).not.toBe(lineage);
    const again = await open();
    await again.sync.forceSync();
    await again.unload();
    expect(Object.values(await everything(peerOn(cloud).tier)).sort()).toEqual(['0', '1', '2', '3', '4', '5']);
    expect((await verify({ prefix: 'app', cloud })).faults).toEqual([]);
  });

  test('[MT13] that lost the changes of a large commit goes on without them, under another name', async () => {
    const bucket = kept(new MemoryBucket());
    const place = onBucket('cloud', bucket);
    const { tier } = peerOn(bucket, { inlineBytes: 0 });
    await push(tier, task('a.1', 1, { title: 'one' }));
    await push(tier, task('a.2', 2, { title: 'two' }));
    const [name] = (await namesIn(bucket, 'app/changes/2')) as [string];
    await bucket.delete(name);
    const device = kept(new MemoryBucket());
    const { lineage } = await headOf(bucket);
    expect((await repair(place, options)).unmended).toMatchObject([{ code: 'lost' }]);
    expect(await everything(peerOn(bucket).tier)).toEqual({ 'a.1': 'one' });
    expect((await headOf(bucket)).lineage).not.toBe(lineage);
    await (await localTierAt(onBucket('local', device))).apply([task('a.2', 2, { title: 'two' })]);
    await bucket.put('app/head', new TextEncoder().encode('rotten'));
    await repair(place, { ...options, from: onBucket('local', device), isSynced: () => true });
    expect(await everything(peerOn(bucket).tier)).toEqual({ 'a.1': 'one', 'a.2': 'two' });
  });

  test('[MT14] gets from a device only names that it is seen to hold, unless somebody says which', async () => {
    const { bucket, place } = await filled('cloud');
    const device = await filled('local');
    await (await localTierAt(device.place)).apply([changeOf('app.k001', active('Draft', 'k001.7', 1))]);
    const damage = async (): Promise<void> =>
      rotten(bucket, (await namesIn(bucket, 'app/data/app.k001@')).at(-1) as string);
    await damage();
    const named = async (): Promise<boolean> =>
      [...(await readAll(place)).values()].flat().some((text) => text.startsWith('Draft'));
    await repair(place, { ...options, from: device.place });
    expect([(await verify(place)).isSound, await named()]).toEqual([true, false]);
    await damage();
    await repair(place, { ...options, from: device.place, isSynced: () => true });
    expect([(await verify(place)).isSound, await named()]).toEqual([true, true]);
  });

  test('[MT14] that was its head alone says which names it did not take', async () => {
    const bucket = kept(new MemoryBucket());
    await push(peerOn(bucket).tier, task('a.1', 1, { title: 'one' }));
    await rotten(bucket, 'app/head');
    const device = kept(new MemoryBucket());
    await (await localTierAt(onBucket('local', device))).apply([task('a.1', 1, { title: 'one' })]);
    const from = onBucket('local', device);
    const place = onBucket('cloud', bucket);
    const report = await repair(place, { ...options, from });
    expect(report.unmended.map(({ message }) => message)).toEqual([
      'not taken from the other tier, as nothing here says that they may be shared: Task',
    ]);
    expect(report.setAside).toEqual([expect.stringMatching(/^app\/set-aside\/head-/)]);
    await rotten(bucket, 'app/head');
    expect(await repair(place, { ...options, from, isSynced: () => true })).toMatchObject({ isSound: true, taken: 1 });
    expect(await everything(peerOn(bucket).tier)).toEqual({ 'a.1': 'one' });
  });

  test('[MT15] who writes while it is repaired wins, and nothing of it is overwritten', async () => {
    const { bucket, place } = await filled('cloud');
    await rotten(bucket, `app/${(await headOf(bucket)).checkpoint.index}`);
    const { put } = bucket;
    let races = 1;
    const racing: IBucket = {
      ...bucket,
      put: async (name, bytes, condition) => {
        if (name.startsWith('app/index/') && races-- > 0) await repair(place, options);
        return put(name, bytes, condition);
      },
    };
    await expect(repair({ prefix: 'app', cloud: racing }, options)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await verify(place)).faults).toEqual([]);
  });

  test('[MT16] of which a part was written by a newer version is left as it is', async () => {
    const { bucket, place } = await filled('cloud');
    const { index } = (await headOf(bucket)).checkpoint;
    const newer = new TextEncoder().encode('{"check":"0000000000000","format":9,"data":{}}');
    await bucket.put(`app/${index}`, newer);
    const before = await namesIn(bucket, '');
    await expect(repair(place, options)).rejects.toMatchObject({ code: 'upgrade-needed' });
    expect(await namesIn(bucket, '')).toEqual(before);
  });
});
