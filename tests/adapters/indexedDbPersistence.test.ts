import { expect, test } from 'vitest';
import { IndexedDbPersistence } from '../../src/adapters/IndexedDbPersistence.ts';

test('[AD85] IndexedDbPersistence: rejects where there is no IndexedDB, and has no `exclusive` without Web Locks', async () => {
  const persistence = new IndexedDbPersistence('nowhere');
  await expect(persistence.loadData('a')).rejects.toMatchObject({ name: 'TierSyncError', code: 'unavailable' });
  expect(typeof persistence.exclusive).toBe('navigator' in globalThis ? 'function' : 'undefined');
});

test('[AD33] IndexedDbPersistence: a database without a name is a misuse', () => {
  expect(() => new IndexedDbPersistence('')).toThrow(TypeError);
});
