import { isIsoTime } from '../blob/isoTime.ts';
import { checkEntityName, maxNameBytes, nameFault } from '../util/checkName.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { reasonOf } from '../util/reasonOf.ts';
import {
  aCount,
  aCountTo,
  aListOf,
  anObjectOf,
  aTextOf,
  aTruth,
  type Check,
  type Fault,
  type Fields,
  not,
  orNull,
} from './faults.ts';
import type { SocketOperation } from './socketMessages.ts';

/** How much one request may ask for or bring. */
export interface RequestBounds {
  /** Changes of one push. */
  readonly batch: number;
  /** Records of one answer. */
  readonly page: number;
  /** Collections that are named at once. */
  readonly subscriptions: number;
}

const maxIdBytes = 512;
const longestPath = 64;
/** However small a server's pages are: what there is of many keys is read page by page. */
const keysAtMost = 500;

export const aName: Check = aTextOf((name) => {
  const fault = nameFault(name, maxNameBytes);
  if (fault !== undefined) return fault;
  try {
    checkEntityName(name as string);
    return undefined;
  } catch (error) {
    return `will not do: ${reasonOf(error)}`;
  }
});
export const anId: Check = aTextOf((id) =>
  id === '__proto__' ? 'is taken, as stores keep names as fields of objects' : nameFault(id, maxIdBytes),
);
const aKey: Check = aTextOf((key) => nameFault(key, maxIdBytes));
const aLabel: Check = aTextOf((label) => nameFault(label, maxNameBytes));
const aTime: Check = (value, where) =>
  isIsoTime(value) ? undefined : not(where, value, 'a time as toISOString writes it');

export const aCursor: Check = anObjectOf({ lineage: aLabel, view: aLabel, seq: aCount });

const anEntity: Check = (value, where) => {
  if (!isPlainObject(value)) return not(where, value, 'an object');
  const { id, createdAt, updatedAt, version } = value;
  return (
    anId(id, `${where}.id`) ??
    aTime(createdAt, `${where}.createdAt`) ??
    aTime(updatedAt, `${where}.updatedAt`) ??
    aCount(version, `${where}.version`)
  );
};

const aStep: Check = (value, where) => (typeof value === 'string' ? undefined : aCount(value, where));
const aPath: Check = aListOf(aStep, longestPath);
const anything: Check = () => undefined;
const most = Number.MAX_SAFE_INTEGER;
const aDifference: Check = anObjectOf({
  set: aListOf(anObjectOf({ path: aPath, value: anything }), most),
  unset: aListOf(aPath, most),
});

const place: Fields = { key: aKey, name: aName };
const anActive: Check = anObjectOf({ ...place, entity: anEntity });
const aDeletion: Check = anObjectOf({ ...place, id: anId, deletedAt: aTime });
const aDelta: Check = anObjectOf({ ...place, id: anId, base: aCount, difference: aDifference, hash: aCount });

/** A change with its record. */
export const aChange: Check = (value, where) => {
  if (!isPlainObject(value)) return not(where, value, 'an object');
  return Object.hasOwn(value, 'entity') ? anActive(value, where) : aDeletion(value, where);
};

const aSentChange: Check = (value, where) =>
  isPlainObject(value) && Object.hasOwn(value, 'difference') ? aDelta(value, where) : aChange(value, where);

/** The checks of one server: what is wrong with a request, or nothing. */
export function requestFaults(bounds: RequestBounds): (operation: SocketOperation, request: unknown) => Fault {
  const collections = aListOf(aName, bounds.subscriptions);
  const limit = aCountTo(bounds.page);
  const checks: { readonly [operation in SocketOperation]: Check } = {
    pull: anObjectOf({ cursor: orNull(aCursor) }, { collections, limit }),
    metadata: anObjectOf({}, { collections }),
    keys: anObjectOf({ keys: aListOf(aKey, keysAtMost) }, { collections, after: anAfter, limit }),
    push: anObjectOf({
      since: orNull(aCursor),
      device: aLabel,
      changes: aListOf(aSentChange, bounds.batch),
    }),
    subscribe: anObjectOf({ device: aLabel, cursor: orNull(aCursor) }, { collections, events: aTruth }),
  };
  return (operation, request) => checks[operation](request, 'the request');
}

/** Opaque to all but the server that wrote it. */
const anAfter: Check = aTextOf((after) => nameFault(after, 4096));
