import { TierSyncError } from '../errors.ts';
import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import type { UnloadOptions } from '../interfaces/UnloadOptions.ts';
import {
  aFunction,
  anObject,
  aResolver,
  aStrategy,
  check,
  checkFields,
  hasAll,
  methods,
  milliseconds,
  type OptionGroups,
  type Rule,
  trueOrFalse,
} from './optionRules.ts';

export { loadExtras } from './loadExtras.ts';

const persistence = ['loadData', 'storeData', 'clearData'];
const bucket = ['get', 'put', 'delete', 'list'];
const anything: Rule = [() => true, ''];

const optionRules: { readonly [Name in keyof OrchestratorOptions]-?: Rule } = {
  // Looked at where keys are made, and by `checkStrategy`.
  prefix: anything,
  strategy: anything,
  store: methods('get', 'getAll', 'save', 'delete', ...persistence),
  local: [
    (value) => hasAll(value, persistence) || hasAll(value, bucket),
    'be an IPersistence or an IBucket, such as new MemoryBucket()',
  ],
  logger: methods('v', 'd', 'i', 'w', 'e'),
  entities: anObject,
  cloud: [
    (value) => hasAll(value, persistence) || hasAll(value, bucket) || hasAll(value, ['readKey', 'apply']),
    'be an IBucket, such as new MemoryBucket(), an IPersistence or an ITier',
  ],
  sync: anObject,
  conflictStrategy: aStrategy,
  conflictResolver: aResolver,
  telemetry: aFunction,
  intervals: anObject,
  quota: anObject,
  environment: anObject,
  freeze: trueOrFalse,
};

/** What is wrong with the options of `load`, with what to write instead. */
export async function checkOptions(options: OrchestratorOptions): Promise<void> {
  check("options, such as { prefix: 'app' },", options, anObject);
  checkFields('', options, optionRules);
  if (options.strategy !== undefined) (await import('../util/checkedStrategy.ts')).checkStrategy(options.strategy);
  const { store, local, cloud } = options;
  if (store !== undefined && store === (local as unknown)) {
    throw new TypeError('store and local are one object; give each its own');
  }
  if (cloud !== undefined && (cloud === local || cloud === (store as unknown))) {
    throw new TypeError('cloud is the same object as another tier; give each its own');
  }
  await checkGroups(options);
}

/** The same for what some of the options hold. The code of it is loaded where there is anything to look at. */
async function checkGroups({ entities, intervals, environment, sync, quota }: OptionGroups): Promise<void> {
  const groups = { entities, intervals, environment, sync, quota };
  if (Object.values(groups).every((group) => group === undefined)) return;
  (await import('./checkGroups.ts')).checkGroups(groups);
}

/** What is wrong with the arguments of `flush`. */
export function checkFlush(until: unknown, options: object = {}): void {
  check('flush(until)', until, [(value) => value === 'local' || value === 'cloud', "be 'local' or 'cloud'"]);
  check('flush() options', options, anObject);
  checkFields('flush().', options, { timeoutMs: milliseconds });
}

/** What is wrong with the options of `unload`, or with clearing what no other tier holds. */
export function checkUnload(
  options: UnloadOptions,
  link: { readonly isReady: boolean; readonly hasPending: boolean } | null,
): void {
  check('unload() options', options, anObject);
  checkFields('unload().', options, { clearLocal: trueOrFalse, discardUnsynced: trueOrFalse });
  const isSynced = link?.isReady && !link.hasPending;
  if (options.clearLocal !== true || options.discardUnsynced === true || isSynced) return;
  const what = link === null ? 'no other tier holds this data' : 'the cloud does not hold all of this data yet';
  throw new TierSyncError('unsynced', `${what}: to delete it from this device, add discardUnsynced: true`);
}
