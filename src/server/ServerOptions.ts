import type { Environment } from '../interfaces/Environment.ts';
import type { IEntityKeyStrategy } from '../interfaces/IEntityKeyStrategy.ts';
import type { ILogger } from '../interfaces/ILogger.ts';
import type { AuthOptions } from './auth/AuthOptions.ts';
import type { ServerLimits } from './limits/ServerLimits.ts';
import type { StoreOptions } from './openStore.ts';
import type { Permission } from './Principal.ts';
import type { SourceFeedOptions } from './SourceFeed.ts';
import type { SubscriptionListeners } from './sockets/Subscriber.ts';

/** One of `jwt`, `authenticate` and `insecureDev` says who is let in; everything else may be left out. */
export interface ServerOptions extends AuthOptions, StoreOptions, SubscriptionListeners {
  /** Lines that hold in every tenant and cannot be revoked; more are granted while it runs. What no line allows is denied. */
  readonly permissions?: readonly Permission[];
  /** What everybody who has signed in may do with everything in their tenant that no line denies. */
  readonly everyone?: Permission['actions'];
  /** As devices say it to `DataOrchestrator.load`; without it the server believes them where things belong. */
  readonly prefix?: string;
  /** The same for the key strategy. */
  readonly strategy?: IEntityKeyStrategy;
  /** By collection: documents that the application keeps in tables of its own. */
  readonly sources?: SourceFeedOptions['sources'];
  /** How long deletions are remembered; half a year unless told. Who was away for longer compares everything once. */
  readonly tombstoneRetentionMs?: number;
  /** Where it is mounted. */
  readonly path?: string;
  /** Pages of other hosts that may ask; each as `https://app.example.com`, or `*`. */
  readonly allowedOrigins?: readonly string[];
  /** How many proxies stand in front and say in X-Forwarded-For whom they heard. */
  readonly proxies?: number;
  /** In the place of `defaultServerLimits`, one by one. */
  readonly limits?: Partial<ServerLimits>;
  /** Warnings and failures go to the console unless told. */
  readonly logger?: ILogger;
  /** Clock, timers and the like of your own, for tests. */
  readonly environment?: Partial<Environment>;
}

const names: { readonly [name in keyof ServerOptions]-?: true } = {
  jwt: true,
  authenticate: true,
  insecureDev: true,
  isRevoked: true,
  database: true,
  store: true,
  permissions: true,
  everyone: true,
  prefix: true,
  strategy: true,
  sources: true,
  tombstoneRetentionMs: true,
  path: true,
  allowedOrigins: true,
  proxies: true,
  limits: true,
  onSubscribe: true,
  onUnsubscribe: true,
  logger: true,
  environment: true,
};

/** What is written wrongly is said at once, with what there is. */
export function checkServerOptions(options: ServerOptions): void {
  const unknown = Object.keys(options).find((name) => !(name in names));
  if (unknown !== undefined)
    throw new TypeError(`there is no option ${unknown}; there are ${Object.keys(names).join(', ')}`);
  if (options.store !== undefined && options.database !== undefined) throw new TypeError('Give a database or a store.');
  const { proxies = 0, allowedOrigins = [] } = options;
  if (!Number.isInteger(proxies) || proxies < 0) throw new TypeError('proxies must be a whole number from 0');
  if (!Array.isArray(allowedOrigins)) throw new TypeError("allowedOrigins must be a list: ['https://app.example.com']");
}
