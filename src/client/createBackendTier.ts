import { environmentOf } from '../adapters/environmentOf.ts';
import { systemEnvironment } from '../adapters/systemEnvironment.ts';
import type { ISharedTier } from '../interfaces/ISharedTier.ts';
import { parseId } from '../util/entityId.ts';
import { checkPrefix } from '../util/keyLayout.ts';
import type { BackendOptions } from './Backend.ts';
import { BackendCalls } from './BackendCalls.ts';
import { BackendTier } from './BackendTier.ts';
import type { KeyOf } from './backendRecord.ts';
import { checkCount, checkMs } from './checkNumbers.ts';

/** Your own backend as the cloud of an app: what it lets pull and push is all that is needed of it. */
export function createBackendTier(options: BackendOptions): ISharedTier {
  // Called on the object that was given: it may be one of a class.
  const backend = checked(options);
  const { batchSize = 100, timeoutMs = 60_000, subscribe } = backend;
  const calls = new BackendCalls({
    pull: (cursor, how) => backend.pull(cursor, how),
    push: (changes, how) => backend.push(changes, how),
    batchSize,
    timeoutMs,
    keyOf: keyOfIds(backend),
    environment: environmentOf(systemEnvironment, backend.environment),
  });
  return new BackendTier({
    calls,
    batchSize,
    clockOffset: () => backend.clockOffset?.() ?? null,
    ...(subscribe === undefined ? {} : { subscribe: subscribe.bind(backend) }),
  });
}

function keyOfIds({ prefix, separator = '.' }: BackendOptions): KeyOf {
  if (prefix === undefined) return () => undefined;
  checkPrefix(prefix, separator);
  return (id) => prefix + separator + parseId(id, separator).logicalKey;
}

function checked(options: BackendOptions): BackendOptions {
  const { pull, push, subscribe, clockOffset, batchSize, timeoutMs } = Object(options) as BackendOptions;
  if (typeof pull !== 'function' || typeof push !== 'function') {
    throw new TypeError('createBackendTier takes two functions: createBackendTier({ pull, push })');
  }
  for (const [name, part] of Object.entries({ subscribe, clockOffset })) {
    if (part !== undefined && typeof part !== 'function') throw new TypeError(`${name} must be a function`);
  }
  checkCount('batchSize', batchSize);
  checkMs('timeoutMs', timeoutMs);
  return options;
}
