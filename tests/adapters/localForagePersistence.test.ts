import { expect, test } from 'vitest';
import { LocalForagePersistence } from '../../src/adapters/LocalForagePersistence.ts';

test('[AD86] LocalForagePersistence: rejects where there is no IndexedDB', async () => {
  const persistence = new LocalForagePersistence({ name: 'nowhere' });
  await expect(persistence.loadData('a')).rejects.toMatchObject({ name: 'TierSyncError', code: 'unavailable' });
});

test('[AD33] LocalForagePersistence: a database without a name is a misuse', () => {
  expect(() => new LocalForagePersistence({ name: '' })).toThrow(TypeError);
});
