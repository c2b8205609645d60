import { addHash } from '../blob/hash.ts';
import { TierSyncError } from '../errors.ts';
import type { Change } from '../interfaces/ITier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { fromWire } from '../protocol/wireChange.ts';
import { checkEntityId, checkEntityName } from '../util/checkName.ts';
import { parseId } from '../util/entityId.ts';
import { type Fields, isCount, isFields } from '../util/jsonChecks.ts';
import { reasonOf } from '../util/reasonOf.ts';

/*
 * Lines of JSON: what it is, a line for each record, and what there was of them, so that one that was cut short is known.
 * No line names its key: that is a matter of the id, so an export fits under any prefix.
 */
const format = 1;

export const firstLine = (): string => `${JSON.stringify({ tiersync: 'export', format })}\n`;

export function recordLine({ entityName, id, value, time, text }: StoredRecord): string {
  const name = JSON.stringify(entityName);
  if (value !== null) return `{"name":${name},"entity":${text}}\n`;
  return `{"name":${name},"id":${JSON.stringify(id)},"deletedAt":"${time}"}\n`;
}

/** How many records there were, and the sum of their hashes. */
export class Tally {
  entities = 0;
  deletions = 0;
  #hash = 0;

  add({ isDeleted, hash }: StoredRecord): void {
    if (isDeleted) this.deletions += 1;
    else this.entities += 1;
    this.#hash = addHash(this.#hash, hash);
  }

  /** The last line. */
  line(): string {
    const { entities, deletions } = this;
    return `${JSON.stringify({ end: true, entities, deletions, hash: this.#hash })}\n`;
  }

  /** Throws what the last line says otherwise. */
  check({ entities, deletions, hash }: EndLine): void {
    if (entities !== this.entities || deletions !== this.deletions) {
      const counted = `${this.entities} and ${this.deletions} were read`;
      throw new TierSyncError('corrupt', `says ${entities} entities and ${deletions} deletions, and ${counted}`);
    }
    if (hash !== this.#hash) throw new TierSyncError('corrupt', 'says that a record is not what was exported');
  }
}

export interface EndLine {
  readonly entities: number;
  readonly deletions: number;
  readonly hash: number;
}

/** Throws what is wrong with the first line. */
export function checkFirstLine(text: string): void {
  const line = parsed(text);
  if (line?.['tiersync'] !== 'export' || !isCount(line['format'])) {
    throw new TierSyncError('corrupt', 'line 1: this is no export of tiersync');
  }
  if (line['format'] <= format) return;
  const message = `line 1: format ${line['format']}, this version of tiersync reads up to ${format}; update it`;
  throw new TierSyncError('upgrade-needed', message);
}

/** A record on its way into a tier, or the last line. Throws what is wrong with a line that is neither. */
export function readLine(text: string, keyPrefix: string, separator: string): Change | EndLine {
  const line = parsed(text);
  if (line === null) throw new TierSyncError('corrupt', 'is no JSON object, or not all of one');
  const { end, entities, deletions, hash } = line;
  if (end === true && isCount(entities) && isCount(deletions) && isCount(hash)) return { entities, deletions, hash };
  return changeOf(line, keyPrefix, separator);
}

export const isEnd = (line: Change | EndLine): line is EndLine => 'entities' in line;

function changeOf(line: Fields, keyPrefix: string, separator: string): Change {
  const change = readChange({ ...line, key: keyPrefix });
  checkEntityName(change.entityName);
  checkEntityId(change.id, separator);
  return { ...change, entityKey: keyPrefix + parseId(change.id, separator).logicalKey };
}

function readChange(wire: Fields): Change {
  try {
    return fromWire('it', wire);
  } catch (cause) {
    throw new TierSyncError('corrupt', 'is no record that can be read', { cause });
  }
}

function parsed(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

/** What is wrong with a line, to be told with its number. */
export const lineFault = (line: number, cause: unknown): LineFault => ({
  line,
  message: `line ${line}: ${reasonOf(cause)}`,
});

/** One line that could not be taken. */
export interface LineFault {
  readonly line: number;
  /** The whole sentence, with the number. */
  readonly message: string;
}
