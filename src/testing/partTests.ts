import type { BlobChange, BlobPath } from '../interfaces/BlobPatch.ts';
import type { EntityKeyData, JsonValue } from '../interfaces/EntityKeyData.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { check, checkEqual, checkNothingPolluted, deepFreeze } from './check.ts';
import { oddNames } from './oddNames.ts';
import type { Scenario } from './Stage.ts';
import { numberedBlob, sampleBlob } from './sampleBlob.ts';

export interface PartCapabilities {
  readonly loadParts?: boolean;
  readonly patchData?: boolean;
  readonly patchMany?: boolean;
}

const key = 'app.global';
const at = '2026-01-01T00:00:00.000Z';
const task = (id: string, title: string): JsonValue => ({ id, createdAt: at, updatedAt: at, version: 1, title });

/** A blob may keep what holds nothing any more, or not. */
function withoutEmpty(blob: EntityKeyData | null): unknown {
  return JSON.parse(JSON.stringify(blob), (_, value: unknown) => {
    const isEmpty =
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
    return isEmpty ? undefined : value;
  });
}

async function checkBlob(instance: IPersistence, expected: EntityKeyData, what: string): Promise<void> {
  const blob = await instance.loadData(key);
  checkEqual(withoutEmpty(blob), withoutEmpty(expected), what);
}

/** What a persistence has to do that reads and changes blobs in part. */
export function partTests(scenario: Scenario<IPersistence>, can: PartCapabilities): void {
  const patches: ((instance: IPersistence, changes: readonly BlobChange[]) => Promise<void> | undefined)[] = [];
  if (can.patchData) patches.push((instance, changes) => instance.patchData?.(key, changes));
  if (can.patchMany) patches.push((instance, changes) => instance.patchMany?.([{ key, changes }]));

  if (can.loadParts) {
    scenario('AD17', 'the parts of a blob are read as they stand in it', async (instance) => {
      checkEqual(await instance.loadParts?.(key, [['$']]), null, 'the parts of a missing blob');
      await instance.storeData(key, sampleBlob());
      const blob = sampleBlob() as Record<string, Record<string, JsonValue>>;
      const paths: BlobPath[] = [
        ['User', 'global.anna'],
        ['User'],
        ['deleted', 'User', 'global.gone'],
        ['$'],
        ['$', 'note'],
        ['$', 'outbox'],
        ['User', 'nobody'],
        ['Nobody', 'global.anna'],
        ['Use'],
        [],
      ];
      const expected = [
        blob['User']?.['global.anna'],
        blob['User'],
        '2026-01-02T03:04:05.678Z',
        blob['$'],
        blob['$']?.['note'],
        undefined,
        undefined,
        undefined,
        undefined,
        blob,
      ];
      checkEqual(await instance.loadParts?.(key, paths), expected, 'the parts');
      checkEqual(await instance.loadParts?.('app.global.2026', paths), null, 'the parts of another key');
      await instance.clearData(key);
      checkEqual(await instance.loadParts?.(key, paths), null, 'the parts of a blob that was cleared');
    });
  }

  for (const patch of patches) {
    scenario('AD18', 'a change of parts leaves all else as it is', async (instance, stage) => {
      await instance.storeData(key, sampleBlob());
      await instance.storeData('app.global.2026', numberedBlob(1));
      const { User: _user, ...rest } = sampleBlob();
      await patch(instance, [
        [['User', 'global.anna'], undefined],
        [['User', 'global.bert'], task('global.bert', 'first')],
        [['deleted', 'User', 'global.anna'], at],
        [['deleted', 'User', 'global.gone'], undefined],
        [['$', 'outbox', 'User', 'global.bert'], { order: 1 }],
        [['User', 'global.bert'], task('global.bert', 'second')],
      ]);
      const expected = {
        ...rest,
        $: { ...sampleBlob().$, outbox: { User: { 'global.bert': { order: 1 } } } },
        deleted: { User: { 'global.anna': at } },
        User: { 'global.bert': task('global.bert', 'second') },
      } as unknown as EntityKeyData;
      await checkBlob(instance, expected, 'the blob');
      checkEqual(await instance.loadData('app.global.2026'), numberedBlob(1), 'the other key');
      await patch(instance, [[['$', 'outbox'], undefined]]);
      await checkBlob(instance, { ...expected, $: sampleBlob().$ } as EntityKeyData, 'the blob without an outbox');
      if (stage.canReopen)
        await checkBlob(await stage.reopen(), { ...expected, $: sampleBlob().$ } as EntityKeyData, 'it');
      checkNothingPolluted();
    });

    scenario('AD18', 'a blob comes into being by a change, and is replaced or gone by one', async (instance) => {
      const changes = deepFreeze([
        [['$', 'format'], 1],
        [['Task', 'global.1'], task('global.1', 'one')],
      ] as BlobChange[]);
      await patch(instance, changes);
      const expected = { $: { format: 1 }, Task: { 'global.1': task('global.1', 'one') } } as unknown as EntityKeyData;
      await checkBlob(instance, expected, 'a blob that was not there');
      await patch(instance, [[[], numberedBlob(2, 3) as unknown as JsonValue]]);
      checkEqual(await instance.loadData(key), numberedBlob(2, 3), 'the blob that took its place');
      await patch(instance, [[[], undefined]]);
      checkEqual(await instance.loadData(key), null, 'the blob that was taken away');
    });

    scenario('AD18', 'every text is a name of its own in a blob', async (instance) => {
      const places = oddNames.map((name, i): BlobChange => [['Odd', name], task(name, `${i}`)]);
      await patch(instance, places);
      await patch(instance, [[['Odd', oddNames[0] as string], undefined]]);
      const values = places.map(([, value], i) => (i === 0 ? undefined : value));
      const read =
        (await instance.loadParts?.(
          key,
          places.map(([path]) => path),
        )) ?? [];
      checkEqual(read, values, 'the parts');
      checkNothingPolluted();
    });
  }

  if (can.patchMany) {
    scenario('AD19', 'patchMany changes all or nothing', async (instance) => {
      await instance.patchMany?.([]);
      const both = (title: string, poison?: unknown) =>
        ['app.0', 'app.1'].map((one, i) => ({
          key: one,
          changes: [[['Task', 'x'], i === 1 && poison !== undefined ? poison : task('x', title)]] as BlobChange[],
        }));
      await instance.patchMany?.(both('first'));
      for (const poison of [() => {}, 1n]) {
        const patching = Promise.resolve(instance.patchMany?.(both('second', poison)));
        const isDone = await patching.then(
          () => true,
          () => false,
        );
        const title = isDone ? 'second' : 'first';
        const [task0] = (await instance.loadParts?.('app.0', [['Task', 'x']])) ?? [];
        checkEqual(task0, task('x', title), 'the change beside one that could not be made');
        await instance.patchMany?.(both('first'));
      }
    });
  }

  if (can.loadParts && patches[0] !== undefined) {
    const [patch] = patches;
    scenario('AD18', '200 changes at once are all made', async (instance) => {
      await instance.storeData(key, { $: { format: 1 } });
      const ids = Array.from({ length: 200 }, (_, i) => `global.${i}`);
      await Promise.all(ids.map((id) => patch(instance, [[['Task', id], task(id, id)]])));
      const paths = ids.map((id): BlobPath => ['Task', id]);
      const parts = (await instance.loadParts?.(key, paths)) ?? [];
      check(parts.length === ids.length, 'a part for each path');
      checkEqual(
        parts,
        ids.map((id) => task(id, id)),
        'the parts',
      );
    });
  }
}
