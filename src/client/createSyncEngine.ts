import { checkGroups } from '../compose/checkGroups.ts';
import type { DataOrchestrator } from '../DataOrchestrator.ts';
import type { ConflictStrategy, IConflictResolver, SyncDirection, SyncOptions } from '../interfaces/SyncTypes.ts';
import type { SyncEngine } from '../SyncEngine.ts';
import { createServerTier, type ServerOptions } from './createServerTier.ts';
import type { GivenToken } from './transports/Token.ts';

/** Where a server is, who asks, and how it is used. */
export interface SyncConfig extends Pick<ServerOptions, 'fetch' | 'environment' | 'reconnectDelay' | 'timeoutMs'> {
  /** Where the server is mounted: `wss://`, `ws://`, `https://` or `http://`. */
  readonly serverUrl: string;
  /** What the server knows this user by. A function is asked again when its token has run out or is refused. */
  readonly authToken?: GivenToken;
  /** Names to sync; empty or left out: all that do not say `sync: false`. */
  readonly collections?: readonly string[];
  /** `both`, unless told. */
  readonly direction?: SyncDirection;
  /** As `load` says, unless told. */
  readonly conflictStrategy?: ConflictStrategy;
  /** Decides conflicts where the strategy is `custom`. */
  readonly conflictResolver?: IConflictResolver;
  /** True, unless told. */
  readonly autoRetry?: boolean;
  /** Milliseconds before the first retry, 1000 unless told; it doubles from there. */
  readonly retryDelay?: number;
  /** 5, unless told. */
  readonly maxRetryAttempts?: number;
  /** False: others' changes are looked for every `pullInterval`. True, unless told. */
  readonly useWebSocket?: boolean;
  /** Milliseconds between two looks, 5 minutes unless told; with a socket they are for what it misses. */
  readonly pullInterval?: number;
  /** How many changes are sent at once, 500 unless told. */
  readonly batchSize?: number;
}

const names: { readonly [Name in keyof SyncConfig]-?: true } = {
  serverUrl: true,
  authToken: true,
  collections: true,
  direction: true,
  conflictStrategy: true,
  conflictResolver: true,
  autoRetry: true,
  retryDelay: true,
  maxRetryAttempts: true,
  useWebSocket: true,
  pullInterval: true,
  batchSize: true,
  reconnectDelay: true,
  timeoutMs: true,
  fetch: true,
  environment: true,
};

/**
 * Attaches a tiersync server as the cloud of loaded data, in the place of the one it had, and answers with `data.sync`.
 * Nothing is asked of the server before `start()`, or before a call that asks for it.
 */
export function createSyncEngine(
  data: Pick<DataOrchestrator<unknown>, 'sync' | 'setCloud'>,
  config: SyncConfig,
): SyncEngine {
  check(config);
  const { serverUrl, authToken, useWebSocket = true, pullInterval, collections, batchSize } = config;
  const { reconnectDelay, timeoutMs, fetch, environment } = config;
  const { direction, conflictStrategy, conflictResolver, autoRetry, retryDelay, maxRetryAttempts } = config;
  const cloud = createServerTier(
    given({
      url: serverUrl,
      token: authToken,
      transport: useWebSocket ? 'socket' : 'http',
      collections,
      batchSize,
      reconnectDelay,
      timeoutMs,
      fetch,
      environment,
    }),
  );
  const options: SyncOptions = given({
    collections,
    direction,
    conflictStrategy,
    conflictResolver,
    autoRetry,
    retryDelay,
    maxRetryAttempts,
    pullMs: pullInterval,
    autoStart: false,
  });
  checkGroups({ sync: options });
  data.sync.expect(data.setCloud(cloud, options));
  return data.sync;
}

/** What was left out stays left out. */
const given = <T extends object>(fields: T): { [Name in keyof T]: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

function check(config: SyncConfig): void {
  for (const name of Object.keys(Object(config))) {
    if (!(name in names)) {
      throw new TypeError(`createSyncEngine: there is no option ${name}; there are ${Object.keys(names).join(', ')}`);
    }
  }
  const { useWebSocket, pullInterval = 0 } = Object(config) as SyncConfig;
  if (!(Number.isFinite(pullInterval) && pullInterval >= 0)) {
    throw new TypeError('pullInterval must be milliseconds, 0 or more');
  }
  if (useWebSocket !== undefined && typeof useWebSocket !== 'boolean') {
    throw new TypeError('useWebSocket must be true or false');
  }
}
