import type { IBucket } from '../interfaces/IBucket.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { BucketPersistence } from '../tiers/BucketPersistence.ts';
import { checkPrefix } from '../util/keyLayout.ts';

interface PlaceOfApp {
  /** As the app says it to `DataOrchestrator.load`. */
  readonly prefix: string;
  /** That of the app's key strategy; `.` unless told. */
  readonly separator?: string;
}

/** What a device keeps, or a plain persistence that is used as a cloud: both look the same. */
export interface LocalPlace extends PlaceOfApp {
  readonly local: IPersistence | IBucket;
}

/** A bucket that many devices share. */
export interface CloudPlace extends PlaceOfApp {
  readonly cloud: IBucket;
}

/** Where a tier stands, in the words of `DataOrchestrator.load`. */
export type TierPlace = LocalPlace | CloudPlace;

const defaultSeparator = '.';

const hasAll = (value: unknown, ...methods: readonly string[]): boolean =>
  methods.every((name) => typeof Object(value)[name] === 'function');
const isPersistence = (value: unknown): value is IPersistence => hasAll(value, 'loadData', 'storeData', 'clearData');
const isBucket = (value: unknown): boolean => hasAll(value, 'get', 'put', 'delete', 'list');

export const isCloud = (place: TierPlace): place is CloudPlace => 'cloud' in place;

/** Throws what is wrong with it, and what to write instead. */
export function checkPlace(place: TierPlace): void {
  const { prefix, separator = defaultSeparator, local, cloud } = Object(place) as Partial<LocalPlace & CloudPlace>;
  if ((local === undefined) === (cloud === undefined)) {
    throw new TypeError("write { prefix: 'app', local } for what a device keeps, or { prefix: 'app', cloud: bucket }");
  }
  checkPrefix(prefix as string, separator);
  if (local !== undefined && !isPersistence(local) && !isBucket(local)) {
    throw new TypeError('local must be an IPersistence or an IBucket');
  }
  if (cloud !== undefined && !isBucket(cloud)) {
    throw new TypeError('cloud must be an IBucket; a persistence that is used as a cloud is written as local');
  }
}

export const separatorOf = ({ separator = defaultSeparator }: TierPlace): string => separator;

/** What every key begins with. */
export const keyPrefixOf = (place: TierPlace): string => place.prefix + separatorOf(place);

/** The persistence of a local place. */
export const persistenceOf = ({ local }: LocalPlace, createId: (size: number) => string): IPersistence =>
  isPersistence(local) ? local : new BucketPersistence(local, createId);
