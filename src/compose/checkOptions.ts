import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
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

const persistence = ['loadData', 'storeData', 'clearData'];
const bucket = ['get', 'put', 'delete', 'list'];
const anything: Rule = [() => true, ''];

const optionRules: { readonly [Name in keyof OrchestratorOptions]-?: Rule } = {
  // Looked at together with the separator, where keys are made.
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
  environment: anObject,
  freeze: trueOrFalse,
};

/** What is wrong with the options of `load` is said at once, with what to write instead. */
export function checkOptions(options: OrchestratorOptions): void {
  check("options, such as { prefix: 'app' },", options, anObject);
  checkFields('', options, optionRules);
  const { store, local, cloud } = options;
  if (store !== undefined && store === (local as unknown)) {
    throw new TypeError('store and local are one object; give each its own');
  }
  if (cloud !== undefined && (cloud === local || cloud === (store as unknown))) {
    throw new TypeError('cloud is the same object as another tier; give each its own');
  }
}

/** The same for what some of the options hold. The code of it is loaded where there is anything to look at. */
export async function checkGroups({ entities, intervals, environment, sync }: OptionGroups): Promise<void> {
  const groups = { entities, intervals, environment, sync };
  if (Object.values(groups).every((group) => group === undefined)) return;
  (await import('./checkGroups.ts')).checkGroups(groups);
}

/** The same for `flush`. */
export function checkFlushOptions(until: unknown, options: object): void {
  check('flush(until)', until, [(value) => value === 'local' || value === 'cloud', "be 'local' or 'cloud'"]);
  check('flush() options', options, anObject);
  checkFields('flush().', options, { timeoutMs: milliseconds });
}

/** The same for `unload`. */
export function checkUnloadOptions(options: object): void {
  check('unload() options', options, anObject);
  checkFields('unload().', options, { clearLocal: trueOrFalse, discardUnsynced: trueOrFalse });
}
