import { expect, test } from 'vitest';
import { formatIdentity, nodeProcessTable, parseIdentity } from '../../src/adapters/ProcessTable.ts';

test('[AD66] a process is dead when its number is free, or was given to one born at another time', async () => {
  const self = await nodeProcessTable.self();
  expect(self.pid).toBe(process.pid);
  expect(await nodeProcessTable.isDead(self)).toBe(false);
  // Above the highest number that Linux gives.
  expect(await nodeProcessTable.isDead({ ...self, pid: 2 ** 22 + 1 })).toBe(true);
  expect(await nodeProcessTable.isDead({ ...self, birth: '' })).toBe(false);
  // Where the time of birth cannot be known, a living number counts as the living holder.
  expect(await nodeProcessTable.isDead({ ...self, birth: 'another' })).toBe(self.birth !== '');
  expect(await nodeProcessTable.isDead({ ...self, host: 'elsewhere', pid: 2 ** 22 + 1 })).toBe(false);
});

test('[AD66] an identity is read back from the beginning of a name', async () => {
  const self = await nodeProcessTable.self();
  expect(parseIdentity(`${formatIdentity(self)}@token`)).toEqual(self);
  expect(parseIdentity('lock')).toBeNull();
  expect(parseIdentity('x@y@z')).toBeNull();
});
