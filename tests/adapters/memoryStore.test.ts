import { test } from 'vitest';
import { MemoryStore } from '../../src/adapters/MemoryStore.ts';
import { persistenceContract, storeContract } from '../../src/testing/index.ts';

storeContract(test, { name: 'MemoryStore', open: () => new MemoryStore(), capabilities: { live: true } });

persistenceContract(test, {
  name: 'MemoryStore',
  open: () => new MemoryStore(),
  capabilities: { isolated: true, storeMany: true, loadParts: true, patchData: true, patchMany: true, listKeys: true },
});
