import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { isCount } from '../util/jsonChecks.ts';
import { isIsoTime } from './isoTime.ts';

/** What is left of a record that was taken away to make room: it is known again by this, and the cloud has its content. */
export interface Stub extends StoredRecord {
  readonly value: null;
  readonly isEvicted: true;
  /** When it is over by itself. */
  readonly expiresAt: number | null;
}

export const isStub = (record: StoredRecord): record is Stub => record.isEvicted === true;

type Known = Pick<Stub, 'time' | 'hash' | 'version' | 'expiresAt'>;

const makeStub = (entityName: string, id: string, { time, hash, version, expiresAt }: Known): Stub => ({
  entityName,
  id,
  value: null,
  isDeleted: false,
  isEvicted: true,
  time,
  stamp: Date.parse(time),
  version,
  // Less than any content: of two records that are equal else, the one with its content is the greater.
  text: '',
  hash,
  expiresAt,
});

export const stubOf = (record: StoredRecord): Stub =>
  makeStub(record.entityName, record.id, { ...knownOf(record), expiresAt: expiryOf(record) });

const knownOf = ({ time, hash, version }: StoredRecord): Omit<Known, 'expiresAt'> => ({ time, hash, version });

/** When a record is gone by itself, as its field `expiresAt` says. Null: never, or already. */
export function expiryOf(record: StoredRecord): number | null {
  if (isStub(record)) return record.expiresAt;
  const { $date } = Object(record.value?.['expiresAt']) as { readonly $date?: unknown };
  const time = typeof $date === 'string' ? Date.parse($date) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

/** As it stands in a blob: no text and no object, so that nobody takes it for a deletion or an entity. */
export const storedStub = ({ time, hash, version, expiresAt }: Stub): JsonValue => [
  time,
  hash,
  version,
  ...(expiresAt === null ? [] : [expiresAt]),
];

/** The inverse. Undefined: this is none. */
export function readStub(entityName: string, id: string, stored: unknown): Stub | undefined {
  if (!Array.isArray(stored)) return undefined;
  const [time, hash, version, expiresAt = null] = stored as readonly unknown[];
  if (!isIsoTime(time) || !isCount(hash) || !isCount(version)) return undefined;
  return makeStub(entityName, id, {
    time,
    hash,
    version,
    expiresAt: Number.isSafeInteger(expiresAt) ? (expiresAt as number) : null,
  });
}
