import { defaultLogger } from '../../adapters/consoleLog.ts';
import { environmentOf } from '../../adapters/environmentOf.ts';
import { systemEnvironment } from '../../adapters/systemEnvironment.ts';
import { EntityKeyHandler } from '../../EntityKeyHandler.ts';
import type { Environment } from '../../interfaces/Environment.ts';
import type { ILogger } from '../../interfaces/ILogger.ts';
import { EntityKeyGlobalStrategy } from '../../strategies/EntityKeyGlobalStrategy.ts';
import { Authenticator } from '../auth/Authenticator.ts';
import type { Authenticate, AuthOptions } from '../auth/AuthOptions.ts';
import { defaultTenant } from '../auth/principalOf.ts';
import { AppDocuments } from '../documents/AppDocuments.ts';
import { type Repositories, repositories } from '../documents/repositories.ts';
import { FailedAttempts } from '../limits/FailedAttempts.ts';
import { type ServerLimits, serverLimits } from '../limits/ServerLimits.ts';
import { MemorySyncStore } from '../MemorySyncStore.ts';
import type { Permission } from '../Principal.ts';
import { type ServerCore, serverCore } from '../serverCore.ts';
import { SocketGate } from './SocketGate.ts';
import type { SubscriptionListeners } from './Subscriber.ts';

/** What stands behind the sockets and other doors alike. */
export interface SharedParts extends Omit<ServerCore, 'permissions'> {
  readonly repositories: Repositories;
  readonly gate: SocketGate;
}

/** Who is let in by a Socket.io server of yours, and what stands behind it. */
export interface SocketHandlerOptions extends SubscriptionListeners, Pick<AuthOptions, 'isRevoked'> {
  /** Who a token belongs to; null: nobody. */
  readonly verifyToken: Authenticate | Authenticator;
  /** Of a server that is there already. Left out: documents are kept in memory, and for as long as this object. */
  readonly server?: SharedParts;
  /** Who may see what, if there is no server. Nobody sees anything that no line allows. */
  readonly permissions?: readonly Permission[];
  /** What everybody who has signed in may do, if there is no server. */
  readonly everyone?: Permission['actions'];
  /** Of documents that belong to no other. */
  readonly tenant?: string;
  /** In the place of `defaultServerLimits`, one by one. */
  readonly limits?: Partial<ServerLimits>;
  /** Clock, timers and the like of your own, for tests. */
  readonly environment?: Partial<Environment>;
  /** Warnings and failures go to the console unless told. */
  readonly logger?: ILogger;
}

/** The same, complete. */
export interface SocketParts extends Omit<SharedParts, 'repositories'> {
  readonly authenticator: Authenticator;
  readonly limits: ServerLimits;
  readonly environment: Environment;
  readonly logger: ILogger;
  readonly tenant: string;
  readonly listeners: SubscriptionListeners;
  documents(tenant?: string): AppDocuments;
}

export function socketParts(options: SocketHandlerOptions): SocketParts {
  const { verifyToken, tenant = defaultTenant, logger = defaultLogger() } = options;
  const environment = environmentOf(systemEnvironment, options.environment);
  const limits = serverLimits(options.limits);
  const shared = options.server ?? partsInMemory(options, environment, limits);
  const now = (): number => environment.now();
  const authenticator =
    verifyToken instanceof Authenticator
      ? verifyToken
      : new Authenticator(verifyToken, { ...options, tokenBytes: limits.tokenBytes, now });
  const documents = (of: string = tenant): AppDocuments =>
    new AppDocuments((name, userId) => shared.repositories(name, { tenant: of, userId }));
  return { ...shared, authenticator, limits, environment, logger, tenant, documents, listeners: options };
}

/** Enough of a server for an application that keeps its documents elsewhere and only wants them told. */
function partsInMemory(
  { permissions: lines = [], everyone = [] }: SocketHandlerOptions,
  environment: Environment,
  limits: ServerLimits,
): SharedParts {
  const { now, createId } = environment;
  const store = new MemorySyncStore({ createId });
  const keys = new EntityKeyHandler({ prefix: 'app', strategy: new EntityKeyGlobalStrategy(), createId });
  const failures = new FailedAttempts(limits.failuresPerMinute, now);
  const gate = new SocketGate({ failures, limits, proxies: 0, origins: null });
  return {
    // Whatever a device says of keys is believed.
    ...serverCore({ store, lines, everyone, keys: null, sources: null, limits, environment }),
    repositories: repositories({ store, keys, now, tenant: defaultTenant }),
    gate,
  };
}
