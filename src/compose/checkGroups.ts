import { isPriority } from '../blob/retention.ts';
import type { BucketSettings } from '../interfaces/BucketSettings.ts';
import type { EntitySettings } from '../interfaces/EntitySettings.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { Intervals } from '../interfaces/OrchestratorOptions.ts';
import type { Quota } from '../interfaces/Storage.ts';
import type { SyncOptions } from '../interfaces/SyncTypes.ts';
import { checkEntityName } from '../util/checkName.ts';
import { isEngineField } from '../util/isEngineField.ts';
import {
  aFunction,
  anObject,
  aResolver,
  aStrategy,
  check,
  checkFields,
  type Fields,
  hasAll,
  isFunction,
  milliseconds,
  type OptionGroups,
  oneOf,
  type Rule,
  trueOrFalse,
} from './optionRules.ts';

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
const atLeast = (least: number): Rule => [
  (value) => Number.isInteger(value) && Number(value) >= least,
  `be a whole number from ${least}`,
];

const aShare: Rule = [(share) => Number(share) >= 0 && Number(share) <= 1, 'be a share from 0 to 1'];

/** One field or a group of them. */
const isIndex = (index: unknown): boolean => {
  const fields = [index].flat();
  return isTexts(fields) && fields.length > 0 && !fields.includes('');
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
  storage: aFunction,
  tabs: [(tabs) => hasAll(tabs, ['tryLock', 'lock', 'channel', 'onWake']), 'have tryLock, lock, channel and onWake'],
};

const syncRules: { readonly [Name in keyof SyncOptions]-?: Rule } = {
  collections: [isTexts, 'be a list of entity names'],
  direction: oneOf('push', 'pull', 'both'),
  autoRetry: trueOrFalse,
  retryDelay: milliseconds,
  maxRetryAttempts: atLeast(0),
  maxDeleteShare: aShare,
  conflictStrategy: aStrategy,
  conflictResolver: aResolver,
  pullMs: milliseconds,
  autoStart: trueOrFalse,
  startOver: trueOrFalse,
  bucket: anObject,
};

const quotaRules: { readonly [Name in keyof Quota]-?: Rule } = { maxBytes: atLeast(1), share: aShare };

const bucketRules: { readonly [Name in keyof BucketSettings]-?: Rule } = {
  tailBytes: atLeast(1),
  tailCommits: atLeast(1),
  inlineBytes: atLeast(0),
  pageRecords: atLeast(1),
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
  memoryOnly: [(fields) => isTexts(fields) && !fields.some((field) => isEngineField(field)), 'list fields of your own'],
  indexes: [
    (indexes) => Array.isArray(indexes) && indexes.every(isIndex),
    "be fields or groups of fields: ['status', ['status', 'score']]",
  ],
};

/** What is wrong within the options that hold others, as `checkOptions` says it of these themselves. */
export function checkGroups(groups: OptionGroups): void {
  const { entities = {}, intervals = {}, environment = {}, sync = {}, quota = {} } = groups;
  checkFields('quota.', quota, quotaRules);
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
