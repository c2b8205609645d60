import type { IPersistence } from '../interfaces/IPersistence.ts';
import { checkEqual } from './check.ts';
import type { Scenario } from './Stage.ts';
import { numberedBlob } from './sampleBlob.ts';

const key = 'app.global';

export function storeAtOnceTests(scenario: Scenario<IPersistence>): void {
  scenario('AD88', 'storeAtOnce is done before whatever is asked next, and never throws', async (instance) => {
    await instance.storeData(key, numberedBlob(1));
    instance.storeAtOnce?.(key, numberedBlob(2));
    checkEqual(await instance.loadData(key), numberedBlob(2), 'the blob');
    instance.storeAtOnce?.(key, numberedBlob(3));
    await instance.storeData(key, numberedBlob(4));
    checkEqual(await instance.loadData(key), numberedBlob(4), 'the blob that was stored after it');
    await instance.close?.();
    instance.storeAtOnce?.(key, numberedBlob(5));
  });
}
