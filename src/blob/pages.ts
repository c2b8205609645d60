import type { BlobChange } from '../interfaces/BlobPatch.ts';
import type { BlobHeader, JsonValue } from '../interfaces/EntityKeyData.ts';
import { type Fields, isFields } from '../util/jsonChecks.ts';
import { putAt, setField } from './blobPath.ts';
import { hashText } from './hash.ts';
import { checkKeyData, FORMAT, type KeyDataDraft, newKeyData, PAGED_FORMAT } from './keyData.ts';
import type { StoredConflict } from './storedConflict.ts';

/**
 * A large key is kept in pages: each is a blob of its own with the records of some ids and with what waits of them, so that a
 * record and the note that it has to be sent stay one write. The blob under the key itself says how many pages there are
 * and in which something waits, and holds what is of no id.
 */
export interface PagedHead {
  readonly count: number;
  /** In these at least. */
  readonly waiting: readonly number[];
  /** Pages that are being stored, where several are not stored in one step: these count, whatever stands in their place. */
  readonly writing: ReadonlyMap<number, KeyDataDraft>;
  readonly rest: KeyDataDraft;
}

/** A page begins with a quarter of what it may hold, and is cut into as many when it holds more. */
const growth = 4;

/** What of the header stands with the record that it is about. */
const byId = ['outbox', 'evicted', 'folded'] as const;
const isById = (field: string | undefined): boolean => byId.some((one) => one === field);

const sizeOf = (value: unknown): number => (isFields(value) ? Object.keys(value).length : 0);

/** How many records a blob holds. */
export function recordCount({ $: _header, deleted, ...names }: KeyDataDraft): number {
  const graves = isFields(deleted) ? Object.values(deleted) : [];
  return [...Object.values(names), ...graves].reduce<number>((sum, ofName) => sum + sizeOf(ofName), 0);
}

/** How many records a page holds on average when a key is dealt anew. `most`: how many it may come to hold. */
export const recordsAtFirst = (most: number): number => Math.max(1, Math.floor(most / growth));

/** How many pages a key is to have with so many records, that has so many now; 0: none. */
export function pageCount(records: number, now: number, most: number): number {
  let count = Math.max(1, now * growth);
  while (records > count * recordsAtFirst(most)) count *= 2;
  return count;
}

export const pageOf = (id: string, count: number): number => hashText(id) % count;

/** The head of pages; null: this is a blob that is kept whole. */
export function readHead(where: string, raw: unknown): PagedHead | KeyDataDraft {
  const header = isFields(raw) ? raw['$'] : undefined;
  const { format, pages: count, waiting, writing, ...fields } = (isFields(header) ? header : {}) as Fields;
  if (format !== PAGED_FORMAT || !Number.isSafeInteger(count)) return checkKeyData(where, raw);
  const numbers = Array.isArray(waiting) ? waiting.filter((page): page is number => Number.isSafeInteger(page)) : [];
  const rest = { ...(raw as Fields), $: { ...fields, format: FORMAT } } as KeyDataDraft;
  return { count: count as number, waiting: numbers, writing: readWriting(where, writing), rest };
}

const readWriting = (where: string, writing: unknown): ReadonlyMap<number, KeyDataDraft> =>
  new Map(Object.entries(Object(writing)).map(([number, page]) => [Number(number), checkKeyData(where, page)]));

export const isHead = (found: PagedHead | KeyDataDraft): found is PagedHead => 'rest' in found && 'count' in found;

export const writeHead = ({ count, waiting, writing, rest }: PagedHead): KeyDataDraft => ({
  ...rest,
  $: {
    ...rest.$,
    format: PAGED_FORMAT,
    pages: count,
    ...(waiting.length === 0 ? {} : { waiting }),
    ...(writing.size === 0 ? {} : { writing: Object.fromEntries(writing) as unknown as JsonValue }),
  },
});

/** A blob as pages. */
export function splitPages(data: KeyDataDraft, count: number): { head: PagedHead; pages: KeyDataDraft[] } {
  const pages = Array.from({ length: count }, newKeyData);
  const rest: KeyDataDraft = { $: data.$ };
  const deal = (path: readonly string[], ofName: unknown): void => {
    if (!isFields(ofName)) putAt(rest, path, ofName as JsonValue);
    for (const [id, value] of isFields(ofName) ? Object.entries(ofName) : []) {
      putAt(pages[pageOf(id, count)] as KeyDataDraft, [...path, id], value as JsonValue);
    }
  };
  for (const [name, value] of Object.entries(data)) {
    if (name === '$') continue;
    if (name !== 'deleted' || !isFields(value)) deal([name], value);
    else for (const [deletedName, times] of Object.entries(value)) deal(['deleted', deletedName], times);
  }
  const { conflicts, ...header } = data.$ as Fields;
  const ofKey = Object.entries(header).filter(([field]) => !isById(field));
  rest.$ = Object.fromEntries(ofKey) as unknown as BlobHeader;
  for (const field of byId) {
    const { [field]: names } = header;
    for (const [name, ofName] of Object.entries(isFields(names) ? names : {})) deal(['$', field, name], ofName);
  }
  dealConflicts(new Map(pages.entries()), count, conflicts);
  return { head: { count, waiting: waitingPages(new Map(pages.entries())), writing: new Map(), rest }, pages };
}

/** A blob from some of its pages. */
export function joinPages(rest: KeyDataDraft, pages: Iterable<KeyDataDraft>): KeyDataDraft {
  const data: KeyDataDraft = { ...rest, $: { ...rest.$ } };
  const conflicts: StoredConflict[] = [];
  for (const page of pages) {
    for (const [name, ofName] of Object.entries(page)) {
      if (name !== '$' && name !== 'deleted') addTo(data, [name], ofName);
    }
    for (const [name, times] of Object.entries(Object(page['deleted']) as Fields))
      addTo(data, ['deleted', name], times);
    for (const field of byId) {
      for (const [name, ofName] of Object.entries(Object(page.$[field]) as Fields)) {
        addTo(data, ['$', field, name], ofName);
      }
    }
    if (Array.isArray(page.$['conflicts'])) conflicts.push(...(page.$['conflicts'] as unknown as StoredConflict[]));
  }
  conflicts.sort((a, b) => a.number - b.number);
  if (conflicts.length > 0) data.$ = { ...data.$, conflicts: conflicts as unknown as JsonValue };
  return data;
}

function addTo(data: KeyDataDraft, path: readonly string[], ofName: unknown): void {
  if (!isFields(ofName)) return;
  let into: Fields = data;
  for (const name of path) {
    if (!Object.hasOwn(into, name) || !isFields(into[name])) setField(into, name, {});
    into = into[name] as Fields;
  }
  for (const [id, value] of Object.entries(ofName)) setField(into, id, value as JsonValue);
}

/** Changes pages where they stand. Returns what of it is of no page. */
export function changePages(
  pages: ReadonlyMap<number, KeyDataDraft>,
  count: number,
  changes: readonly BlobChange[],
): { readonly rest: readonly BlobChange[]; readonly changed: ReadonlySet<number> } {
  const rest: BlobChange[] = [];
  const changed = new Set<number>();
  for (const [path, value] of changes) {
    const [first, second] = path;
    if (first === '$' && second === 'format') continue;
    if (first === '$' && second === 'conflicts')
      for (const page of dealConflicts(pages, count, value)) changed.add(page);
    else if (first === '$' && isById(second) && path.length < 4) continue;
    else if (first === '$' && !isById(second)) rest.push([path, value]);
    else {
      const number = pageOf(path.at(-1) as string, count);
      const page = pages.get(number);
      if (page === undefined) throw new Error(`page ${number} of ${count} was not read, and ${path.join('.')} changes`);
      putAt(page, path, value);
      changed.add(number);
    }
  }
  for (const number of changed) for (const field of byId) dropEmpty(pages.get(number) as KeyDataDraft, field);
  return { rest, changed };
}

function dropEmpty(page: KeyDataDraft, field: string): void {
  const { [field]: names, ...header } = page.$ as Fields;
  if (isFields(names) && Object.values(names).every((ofName) => sizeOf(ofName) === 0)) {
    page.$ = header as unknown as BlobHeader;
  }
}

/** Each conflict stands in the page of its id. Returns the pages that changed by it. */
function dealConflicts(pages: ReadonlyMap<number, KeyDataDraft>, count: number, conflicts: unknown): number[] {
  const all = (Array.isArray(conflicts) ? conflicts : []) as readonly StoredConflict[];
  return [...pages].flatMap(([number, page]) => {
    const { conflicts: before, ...header } = page.$ as Fields;
    const after = all.filter((conflict) => pageOf(String(Object(conflict).id), count) === number);
    if (JSON.stringify(before ?? []) === JSON.stringify(after)) return [];
    page.$ = { ...header, ...(after.length === 0 ? {} : { conflicts: after }) } as unknown as BlobHeader;
    return [number];
  });
}

/** The pages in which something waits. */
export const waitingPages = (pages: ReadonlyMap<number, KeyDataDraft>): number[] =>
  [...pages].filter(([, { $ }]) => $['outbox'] !== undefined || $['conflicts'] !== undefined).map(([number]) => number);
