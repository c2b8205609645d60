import { isPriority } from '../blob/retention.ts';
import type { BucketSettings } from '../interfaces/BucketSettings.ts';
import type { EntitySettings } from '../interfaces/EntitySettings.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { Intervals, OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import { checkEntityName } from '../util/checkName.ts';
import { engineFields } from '../util/engineFields.ts';

/** Whether a value will do, and what to say if not, to follow "must ". */
type Rule = readonly [isRight: (value: unknown) => boolean, must: string];
type Rules = { readonly [name: string]: Rule };
type Fields = { readonly [field: string]: unknown } | null | undefined;

const isFunction = (value: unknown): boolean => typeof value === 'function';
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** One field or a group of them, as a list. */
const fieldsOf = <T>(index: T | readonly T[]): T[] => [index].flat() as T[];
const isIndex = (index: unknown): boolean => {
  const fields = fieldsOf(index);
  return isTexts(fields) && fields.length > 0 && !fields.includes('');
};

const persistence = ['loadData', 'storeData', 'clearData'];
const bucket = ['get', 'put', 'delete', 'list'];
const strategies = ['last-write-wins', 'server-wins', 'client-wins', 'merge', 'custom'];
const hasAll = (value: unknown, methods: readonly string[]): boolean =>
  methods.every((name) => isFunction((value as Fields)?.[name]));
const methods = (...names: readonly string[]): Rule => [(value) => hasAll(value, names), `have ${names.join(', ')}`];

const anything: Rule = [() => true, ''];
const aFunction: Rule = [isFunction, 'be a function'];
const trueOrFalse: Rule = [(value) => typeof value === 'boolean', 'be true or false'];
const milliseconds: Rule = [(ms) => Number.isFinite(ms) && Number(ms) >= 0, 'be milliseconds, 0 or more'];
const oneOf = (...values: readonly string[]): Rule => [
  (value) => values.includes(value as string),
  `be one of ${values.join(', ')}`,
];
const atLeast = (least: number): Rule => [
  (value) => Number.isInteger(value) && Number(value) >= least,
  `be a whole number from ${least}`,
];
const aStrategy: Rule = oneOf(...strategies);
const aResolver: Rule = [(value) => hasAll(value, ['resolve']), 'have a function resolve'];
const anObject: Rule = [
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'be an object',
];

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

const intervalRules: { readonly [Name in keyof Intervals]-?: Rule } = {
  localQuietMs: milliseconds,
  localMaxMs: milliseconds,
  cloudQuietMs: milliseconds,
  cloudMaxMs: milliseconds,
  pullMs: milliseconds,
};

const environmentRules: { readonly [Name in keyof Environment]-?: Rule } = {
  now: aFunction,
  random: aFunction,
  createId: aFunction,
  setTimer: aFunction,
  clearTimer: aFunction,
  onHidden: aFunction,
  isOnline: aFunction,
  onOnline: aFunction,
};

const syncRules: { readonly [Name in keyof SyncOptions]-?: Rule } = {
  collections: [isTexts, 'be a list of entity names'],
  direction: oneOf('push', 'pull', 'both'),
  autoRetry: trueOrFalse,
  retryDelay: milliseconds,
  maxRetryAttempts: atLeast(0),
  maxDeleteShare: [(share) => Number(share) >= 0 && Number(share) <= 1, 'be a share from 0 to 1'],
  conflictStrategy: aStrategy,
  conflictResolver: aResolver,
  pullMs: milliseconds,
  autoStart: trueOrFalse,
  startOver: trueOrFalse,
  bucket: anObject,
};

const bucketRules: { readonly [Name in keyof BucketSettings]-?: Rule } = {
  tailBytes: atLeast(1),
  tailCommits: atLeast(1),
  inlineBytes: atLeast(0),
  keepMs: milliseconds,
  tombstoneRetentionMs: milliseconds,
};

const settingRules: { readonly [Name in keyof EntitySettings]-?: Rule } = {
  sync: trueOrFalse,
  schema: [
    (schema) => isFunction(((schema as Fields)?.['~standard'] as Fields)?.['validate']),
    'be a Standard Schema, as of zod or valibot',
  ],
  migrate: aFunction,
  conflictStrategy: aStrategy,
  conflictResolver: aResolver,
  expiresAfter: atLeast(1),
  retention: [(priority) => isPriority(priority), 'be one of RetentionPriority'],
  memoryOnly: [
    (fields) => isTexts(fields) && !fields.some((field) => engineFields.has(field)),
    'list fields of your own',
  ],
  indexes: [
    (indexes) => Array.isArray(indexes) && indexes.every(isIndex),
    "be fields or groups of fields: ['status', ['status', 'score']]",
  ],
};

/** What is wrong with the options of `load` is said at once, with what to write instead. */
export function checkOptions(options: OrchestratorOptions): void {
  check("options, such as { prefix: 'app' },", options, anObject);
  checkFields('', options, optionRules);
  const { store, local, cloud, entities = {}, intervals = {}, environment = {}, sync = {} } = options;
  if (store !== undefined && store === (local as unknown)) {
    throw new TypeError('store and local are one object; give each its own');
  }
  if (cloud !== undefined && (cloud === local || cloud === (store as unknown))) {
    throw new TypeError('cloud is the same object as another tier; give each its own');
  }
  checkFields('sync.', sync, syncRules);
  checkFields('sync.bucket.', sync.bucket ?? {}, bucketRules);
  checkFields('intervals.', intervals, intervalRules);
  // An object that is an environment may have a state of its own; what is called must be known.
  const parts = Object.entries(environment).filter(([name, part]) => name in environmentRules || isFunction(part));
  checkFields('environment.', Object.fromEntries(parts), environmentRules);
  for (const [name, settings] of Object.entries(entities)) {
    checkEntityName(name);
    check(`entities.${name}`, settings, anObject);
    checkFields(`entities.${name}.`, settings, settingRules);
  }
}

/** The declared indexes, each as a list of fields. */
export function indexFields({ indexes = [] }: EntitySettings): readonly (readonly string[])[] {
  return indexes.map(fieldsOf);
}

function check(path: string, value: unknown, [isRight, must]: Rule): void {
  if (!isRight(value)) throw new TypeError(`${path} must ${must}`);
}

function checkFields(path: string, fields: object, rules: Rules): void {
  const names = Object.keys(rules);
  for (const [name, value] of Object.entries(fields)) {
    if (!names.includes(name)) {
      throw new TypeError(`${path}${name}: there is no option ${name}; there are ${names.join(', ')}`);
    }
    if (value !== undefined) check(path + name, value, rules[name]!);
  }
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
