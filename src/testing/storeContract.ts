import type { AnyEntity } from '../interfaces/Entity.ts';
import type { IStore } from '../interfaces/IStore.ts';
import { check, checkEqual, checkNothingPolluted, type TestFunction } from './check.ts';
import { oddNames } from './oddNames.ts';
import { checkDeclared, type Factory, stageFor } from './Stage.ts';
import { sampleBlob } from './sampleBlob.ts';

/** What the store offers beyond its four methods; what is not declared must not be there. */
export interface StoreCapabilities {
  readonly live?: boolean;
}

/** How the suite gets one, and what it can do. */
export interface StoreContractOptions extends Factory<IStore> {
  readonly capabilities?: StoreCapabilities;
}

const key = 'app.global';

function entityOf(id: string, version = 1): AnyEntity {
  const at = new Date('2026-01-01T00:00:00.000Z');
  return { id, createdAt: at, updatedAt: at, version, title: `Entity ${id}`, tags: ['a', { b: null }] };
}

function ids(entities: readonly unknown[]): string[] {
  return entities.map((entity) => (entity as AnyEntity).id).sort();
}

/** What every `IStore` has to do beside `persistenceContract`, as tests. */
export function storeContract(test: TestFunction, options: StoreContractOptions): void {
  const scenario = stageFor(test, options);

  scenario('AD1', 'it has what it declares, and declares what it has', async (store) => {
    checkDeclared(store, { live: false, ...options.capabilities });
  });

  scenario('AD40', 'a missing entity is null and a missing name has no entities, at once', async (store) => {
    checkEqual(store.get(key, 'User', 'global.1'), null, 'an entity of an empty store');
    checkEqual([...store.getAll(key, 'User')], [], 'the entities of an empty store');
    store.save(key, 'User', entityOf('global.1'));
    checkEqual(store.get(key, 'User', 'global.2'), null, 'another id');
    checkEqual(store.get(key, 'Task', 'global.1'), null, 'another name');
    checkEqual([...store.getAll(key, 'Task')], [], 'the entities of another name');
    checkEqual([...store.getAll('app.other', 'User')], [], 'the entities of another key');
  });

  scenario('AD41', 'a saved entity is read back at once, and saved again it is replaced', async (store) => {
    store.save(key, 'User', entityOf('global.1'));
    checkEqual(store.get(key, 'User', 'global.1'), entityOf('global.1'), 'the entity');
    store.save(key, 'User', entityOf('global.1', 2));
    store.save(key, 'User', entityOf('global.2'));
    checkEqual(store.get(key, 'User', 'global.1'), entityOf('global.1', 2), 'the entity saved again');
    checkEqual(ids(store.getAll(key, 'User')), ['global.1', 'global.2'], 'all entities');
  });

  scenario('AD42', 'a deleted entity is gone, and no other; deleting a missing one is fine', async (store) => {
    store.delete(key, 'User', 'global.1');
    store.save(key, 'User', entityOf('global.1'));
    store.save(key, 'User', entityOf('global.2'));
    store.save(key, 'Task', entityOf('global.1'));
    store.delete(key, 'User', 'global.1');
    store.delete(key, 'User', 'global.1');
    checkEqual(store.get(key, 'User', 'global.1'), null, 'the deleted entity');
    checkEqual(ids(store.getAll(key, 'User')), ['global.2'], 'the others of its name');
    checkEqual(ids(store.getAll(key, 'Task')), ['global.1'], 'those of another name');
    store.save(key, 'User', entityOf('global.1', 3));
    checkEqual(store.get(key, 'User', 'global.1'), entityOf('global.1', 3), 'an entity saved after its deletion');
  });

  scenario('AD43', 'what is handed in is neither changed nor frozen, and may be frozen', async (store) => {
    const entity = entityOf('global.1');
    store.save(key, 'User', entity);
    checkEqual(entity, entityOf('global.1'), 'the entity handed in');
    check(!Object.isFrozen(entity), 'the entity handed in was frozen');
    store.save(key, 'User', Object.freeze(entityOf('global.2')));
    checkEqual(store.get(key, 'User', 'global.2'), entityOf('global.2'), 'a frozen entity');
  });

  scenario('AD44', 'every text is an id, a name and a key of its own', async (store) => {
    for (const odd of oddNames) store.save(key, 'User', entityOf(odd));
    for (const odd of oddNames) checkEqual(store.get(key, 'User', odd), entityOf(odd), `id ${JSON.stringify(odd)}`);
    checkEqual(ids(store.getAll(key, 'User')), [...oddNames].sort(), 'all odd ids');
    for (const [number, odd] of oddNames.entries()) {
      store.save(key, odd, entityOf('global.1', number));
      // An id belongs to one key, so each key gets an id of its own.
      store.save(odd, 'User', entityOf(`key.${number}`));
    }
    for (const [number, odd] of oddNames.entries()) {
      checkEqual(store.get(key, odd, 'global.1'), entityOf('global.1', number), `name ${JSON.stringify(odd)}`);
      checkEqual(ids(store.getAll(odd, 'User')), [`key.${number}`], `key ${JSON.stringify(odd)}`);
    }
    checkNothingPolluted();
  });

  scenario('AD45', 'blobs of whole keys are stored, loaded and cleared beside the entities', async (store) => {
    checkEqual(await store.loadData('app.blob'), null, 'a missing blob');
    store.save(key, 'User', entityOf('global.1'));
    await store.storeData('app.blob', sampleBlob());
    checkEqual(await store.loadData('app.blob'), sampleBlob(), 'the blob');
    await store.clearData('app.blob');
    checkEqual(await store.loadData('app.blob'), null, 'the cleared blob');
    checkEqual(store.get(key, 'User', 'global.1'), entityOf('global.1'), 'an entity of another key');
  });

  if (options.capabilities?.live) {
    scenario('AD46', '`live` holds the entities of a name over all keys, and follows them', async (store) => {
      store.save('app.2025', 'User', entityOf('2025.1'));
      const live = store.live?.('User');
      store.save('app.2026', 'User', entityOf('2026.1'));
      store.save('app.2026', 'Task', entityOf('2026.2'));
      checkEqual([...(live?.keys() ?? [])].sort(), ['2025.1', '2026.1'], 'its ids after saves');
      store.delete('app.2025', 'User', '2025.1');
      store.save('app.2026', 'User', entityOf('2026.1', 2));
      checkEqual([...(live?.entries() ?? [])], [['2026.1', entityOf('2026.1', 2)]], 'its entries after a deletion');
    });
  }
}
