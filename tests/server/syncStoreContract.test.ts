import { test } from 'vitest';
import { MemorySyncStore } from '../../src/server/MemorySyncStore.ts';
import { syncStoreContract } from '../../src/testing/syncStoreContract.ts';

syncStoreContract(test, { name: 'memory', open: () => new MemorySyncStore() });
