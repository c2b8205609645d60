import type { EntityKeyHandler } from '../../EntityKeyHandler.ts';
import type { AnyEntity } from '../../interfaces/Entity.ts';
import { ServerRepository } from '../ServerRepository.ts';
import type { SyncStore } from '../SyncStore.ts';

/** For which tenant the application writes, and in whose name. */
export interface RepositoryScope {
  /** Left out: the tenant of all who have no other. */
  readonly tenant?: string;
  /** Who is noted as the one who did it; left out: the application. */
  readonly userId?: string | undefined;
}

export interface RepositoriesParts {
  readonly store: SyncStore;
  /** Null: it was not said how keys follow from ids. */
  readonly keys: EntityKeyHandler | null;
  readonly now: () => number;
  readonly tenant: string;
}

/** Makes the repositories of the application's own code. */
export type Repositories = <E extends object = AnyEntity>(name: string, scope?: RepositoryScope) => ServerRepository<E>;

export function repositories({ store, keys, now, tenant: common }: RepositoriesParts): Repositories {
  return (name, { tenant = common, userId } = {}) => {
    if (keys === null) {
      throw new TypeError("Say the `prefix` of createSyncServer, as devices say it to DataOrchestrator.load: 'app'.");
    }
    return new ServerRepository({ store, keys, now, tenant, name, userId: userId ?? null });
  };
}
