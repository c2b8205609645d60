import type { EntityKeyHandler } from '../EntityKeyHandler.ts';
import type { Environment } from '../interfaces/Environment.ts';
import { Desk } from './Desk.ts';
import { SharedHearing } from './hearing/SharedHearing.ts';
import type { ServerLimits } from './limits/ServerLimits.ts';
import { WriteLimiter } from './limits/WriteLimiter.ts';
import type { Permission } from './Principal.ts';
import { Permissions } from './permissions/Permissions.ts';
import type { SourceFeed } from './SourceFeed.ts';
import { SyncService } from './SyncService.ts';
import type { SyncStore } from './SyncStore.ts';

export interface ServerCoreOptions {
  readonly store: SyncStore;
  readonly lines: readonly Permission[];
  readonly everyone: Permission['actions'];
  readonly keys: EntityKeyHandler | null;
  readonly sources: SourceFeed | null;
  readonly limits: ServerLimits;
  readonly environment: Pick<Environment, 'now'>;
}

/** What stands behind every door: who may do what, what is answered, what is told, and how much of it. */
export interface ServerCore {
  readonly permissions: Permissions;
  readonly service: SyncService;
  readonly hearing: SharedHearing;
  readonly desk: Desk;
}

export function serverCore(options: ServerCoreOptions): ServerCore {
  const { store, limits, environment } = options;
  const now = (): number => environment.now();
  const permissions = new Permissions(options);
  const service = new SyncService({ ...options, permissions });
  const hearing = new SharedHearing({ store, permissions, service, now });
  return { permissions, service, hearing, desk: new Desk(service, limits, new WriteLimiter(limits, now)) };
}
