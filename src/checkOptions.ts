import type { EntitySettings } from './interfaces/EntitySettings.ts';
import type { IBucket } from './interfaces/IBucket.ts';
import type { IPersistence } from './interfaces/IPersistence.ts';
import type { OrchestratorOptions } from './interfaces/OrchestratorOptions.ts';
import { checkEntityName } from './util/checkName.ts';

const known: ReadonlySet<string> = new Set<keyof OrchestratorOptions>([
  'prefix',
  'store',
  'local',
  'strategy',
  'logger',
  'entities',
  'intervals',
  'environment',
  'freeze',
]);
const knownSettings: ReadonlySet<string> = new Set<keyof EntitySettings>([
  'sync',
  'schema',
  'migrate',
  'memoryOnly',
  'indexes',
]);

type Fields = { readonly [field: string]: unknown };

const hasMethods = (value: unknown, methods: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && methods.every((name) => typeof (value as Fields)[name] === 'function');

const isPersistence = (value: unknown): value is IPersistence =>
  hasMethods(value, ['loadData', 'storeData', 'clearData']);

const isBucket = (value: unknown): value is IBucket =>
  !isPersistence(value) && hasMethods(value, ['get', 'put', 'delete', 'list']);

/** What is wrong with the options of `load` is said at once, with what to write instead. */
export function checkOptions(options: OrchestratorOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError("load() takes options, at least { prefix: 'app' }");
  }
  refuseUnknown('load()', options, known);
  const { store, local, logger, entities, intervals, freeze } = options;
  if (store !== undefined && !(isPersistence(store) && hasMethods(store, ['getAll', 'get', 'save', 'delete']))) {
    throw new TypeError(
      'store must have get, getAll, save, delete, loadData, storeData and clearData: new MemoryStore()',
    );
  }
  if (local !== undefined && !isPersistence(local) && !isBucket(local)) {
    throw new TypeError(
      'local must be a persistence (loadData, storeData, clearData) or a bucket (get, put, delete, list)',
    );
  }
  if (store !== undefined && store === (local as unknown)) {
    throw new TypeError('store and local are one object; give each tier an instance of its own');
  }
  if (logger !== undefined && !hasMethods(logger, ['v', 'd', 'i', 'w', 'e'])) {
    throw new TypeError('logger must have the methods v, d, i, w and e: new Logger()');
  }
  if (freeze !== undefined && typeof freeze !== 'boolean') throw new TypeError('freeze must be true or false');
  for (const [name, ms] of Object.entries(intervals ?? {})) {
    if (name !== 'localQuietMs' && name !== 'localMaxMs') throw new TypeError(`intervals.${name} is not an interval`);
    if (!(Number.isFinite(ms) && ms >= 0)) throw new TypeError(`intervals.${name} must be milliseconds, 0 or more`);
  }
  for (const [name, settings] of Object.entries(entities ?? {})) checkSettings(name, settings);
}

function checkSettings(name: string, settings: EntitySettings): void {
  checkEntityName(name);
  const where = `entities.${name}`;
  if (typeof settings !== 'object' || settings === null) throw new TypeError(`${where} must be an object: {} will do`);
  refuseUnknown(where, settings, knownSettings);
  const { schema, migrate, memoryOnly } = settings;
  if (schema !== undefined && typeof schema['~standard']?.validate !== 'function') {
    throw new TypeError(`${where}.schema must follow Standard Schema, as those of zod, valibot and arktype do`);
  }
  if (migrate !== undefined && typeof migrate !== 'function')
    throw new TypeError(`${where}.migrate must be a function`);
  if (memoryOnly?.some((field) => ['id', 'createdAt', 'updatedAt', 'version'].includes(field))) {
    throw new TypeError(`${where}.memoryOnly names a field that every record needs`);
  }
  indexFields(settings);
}

/** The declared indexes, each as a list of fields. */
export function indexFields({ indexes = [] }: EntitySettings): readonly (readonly string[])[] {
  return indexes.map((index) => {
    const fields = typeof index === 'string' ? [index] : index;
    if (
      Array.isArray(fields) &&
      fields.length > 0 &&
      fields.every((field) => typeof field === 'string' && field !== '')
    ) {
      return fields;
    }
    throw new TypeError("indexes are field names or lists of them: ['status', ['status', 'score']]");
  });
}

function refuseUnknown(where: string, options: object, allowed: ReadonlySet<string>): void {
  const unknown = Object.keys(options).find((name) => !allowed.has(name));
  if (unknown === undefined) return;
  throw new TypeError(`${where}: there is no option ${unknown}; there are ${[...allowed].join(', ')}`);
}
