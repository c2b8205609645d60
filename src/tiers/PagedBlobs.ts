import { patched } from '../blob/blobPath.ts';
import { asKeyData, type KeyDataDraft, newKeyData } from '../blob/keyData.ts';
import {
  changePages,
  isHead,
  joinPages,
  type PagedHead,
  pageCount,
  pageOf,
  readHead,
  recordCount,
  splitPages,
  waitingPages,
  writeHead,
} from '../blob/pages.ts';
import type { BlobChange } from '../interfaces/BlobPatch.ts';
import type { EntityKeyData } from '../interfaces/EntityKeyData.ts';
import type { TierProblem } from '../interfaces/ITier.ts';
import { inChunks } from '../util/inChunks.ts';
import type { RecordPlace } from './BlobParts.ts';
import { Blobs, type BlobsOptions } from './Blobs.ts';

export interface PagedBlobsOptions extends BlobsOptions {
  readonly keyPrefix: string;
  /** A key of more records is kept in pages, and a page of more becomes several. */
  readonly pageRecords: number;
  /** A page of this key is gone, or cannot be read: the rest of the key has to be counted anew. */
  readonly onLost: (key: string) => void;
}

interface PlacedRecord extends RecordPlace {
  readonly entityKey: string;
}

type Entry = readonly [key: string, data: EntityKeyData];

/** What is to be stored of one key, in this order; afterwards nothing names what is `gone`. */
export interface PageWrites {
  readonly before: readonly Entry[];
  readonly pages: readonly Entry[];
  readonly after: readonly Entry[];
  readonly gone: readonly string[];
}

interface Source {
  readonly head: PagedHead;
  readonly pages: ReadonlyMap<number, KeyDataDraft>;
  /** Pages that do not stand in their place: they are stored with whatever is stored next. */
  readonly unstored: ReadonlySet<number>;
}

const pagesAtOnce = 64;

const pagePrefixOf = (keyPrefix: string): string => `${keyPrefix}$page/`;

/** Where a page of a key stands. */
export const keyOfPage = (keyPrefix: string, key: string, count: number, number: number): string =>
  `${pagePrefixOf(keyPrefix)}${key.slice(keyPrefix.length)}/${count}.${number}`;

const noPages: PagedHead['writing'] = new Map();
const nothing: PageWrites = { before: [], pages: [], after: [], gone: [] };

/**
 * Keys over a persistence that knows whole blobs only. A small key is one blob; a large one is kept in pages, of which
 * only those are read and written that a change is about. What is new is stored before what names it, and what nothing
 * names any more goes last. Several pages that are not stored in one step stand in the blob that names them until they are:
 * so a key changes in one step, whatever fails.
 */
export class PagedBlobs {
  readonly #blobs: Blobs;
  readonly #pages: Blobs;
  readonly #pagePrefix: string;
  readonly #o: PagedBlobsOptions;
  readonly #sources = new WeakMap<KeyDataDraft, Source>();
  /** How many pages a key had when it was last read. */
  readonly #counts = new Map<string, number>();

  constructor(blobs: Blobs, options: PagedBlobsOptions) {
    this.#o = options;
    this.#blobs = blobs;
    this.#pagePrefix = pagePrefixOf(options.keyPrefix);
    this.#pages = new Blobs({ ...options, onProblem: (problem) => this.#report(problem) });
  }

  /**
   * Begins to read what will be changed, where it is known to stand, all at once: else the pages would wait for what says
   * where they are. Nothing is to be written before `forget`.
   */
  begin(changes: readonly PlacedRecord[]): void {
    const keys = new Set(changes.map(({ entityKey }) => entityKey));
    const pages = new Set<string>();
    for (const { entityKey, id } of changes) {
      const count = this.#counts.get(entityKey);
      if (count !== undefined) pages.add(this.#keyOfPage(entityKey, count, pageOf(id, count)));
    }
    if (keys.size + pages.size > pagesAtOnce) return;
    this.#blobs.begin(keys);
    this.#pages.begin(pages);
  }

  forget(): void {
    this.#blobs.forget();
    this.#pages.forget();
  }

  /** The whole key. Null: there is none. */
  async load(key: string): Promise<KeyDataDraft | null> {
    const found = await this.#loadHead(key);
    if (found === null || !isHead(found)) return found;
    return this.#join(key, found, [...Array(found.count).keys()]);
  }

  /** At least the records at these places, and all that waits. */
  async loadPart(key: string, places: readonly RecordPlace[]): Promise<KeyDataDraft | null> {
    const found = await this.#loadHead(key);
    if (found === null || !isHead(found)) return found;
    const wanted = places.map(({ id }) => pageOf(id, found.count));
    return this.#join(key, found, [...new Set([...found.waiting, ...found.writing.keys(), ...wanted])]);
  }

  /** Whether all of its key was read. */
  isWhole(data: KeyDataDraft): boolean {
    const source = this.#sources.get(data);
    return source === undefined || source.pages.size === source.head.count;
  }

  /** All that stands of a key. */
  async keysOf(key: string): Promise<readonly string[]> {
    const found = await this.#loadHead(key).catch(() => null);
    return found === null || !isHead(found) ? [key] : [key, ...this.#keysOfPages(key, found.count)];
  }

  /** `data`: what was read, as it is to be. */
  async writesOf(key: string, data: KeyDataDraft, changes: readonly BlobChange[]): Promise<PageWrites> {
    const source = this.#sources.get(data);
    if (source === undefined)
      return this.#isLarge(data) ? this.#splitUp(key, data, 0) : { ...nothing, pages: [[key, asKeyData(data)]] };
    const { head, pages, unstored } = source;
    const { rest, changed } = changePages(pages, head.count, changes);
    const now = { ...head, writing: noPages, rest: (patched(head.rest, rest) ?? newKeyData()) as KeyDataDraft };
    if ([...changed].some((number) => this.#isLarge(pages.get(number) as KeyDataDraft)))
      return this.#splitFurther(key, now, pages);
    const waiting = waitingPages(pages);
    const either = [...new Set([...head.waiting, ...waiting])].sort((a, b) => a - b);
    const isNamed = either.length === head.waiting.length;
    const toStore = new Map([...new Set([...changed, ...unstored])].map((number) => [number, pages.get(number)!]));
    const inSteps = toStore.size > 1 && !this.#blobs.isOneStep;
    const isAsItWas = rest.length === 0 && waiting.length === either.length && !inSteps && head.writing.size === 0;
    const headAs = (to: Partial<PagedHead>): Entry[] => [[key, asKeyData(writeHead({ ...now, ...to }))]];
    return {
      before: isNamed && !inSteps ? [] : headAs({ waiting: either, writing: inSteps ? toStore : head.writing }),
      pages: [...toStore].map(([number, page]) => [this.#keyOfPage(key, head.count, number), asKeyData(page)]),
      after: isAsItWas ? [] : headAs({ waiting }),
      gone: [],
    };
  }

  #isLarge(data: KeyDataDraft): boolean {
    return recordCount(data) > this.#o.pageRecords;
  }

  /** Pages that have grown too large become more of them. */
  async #splitFurther(key: string, head: PagedHead, some: ReadonlyMap<number, KeyDataDraft>): Promise<PageWrites> {
    const all = [...Array(head.count).keys()];
    const { pages: others } = await this.#loadPages(
      key,
      head,
      all.filter((number) => !some.has(number)),
    );
    const data = joinPages(head.rest, [...some.values(), ...others.values()]);
    return { ...this.#splitUp(key, data, head.count), gone: this.#keysOfPages(key, head.count) };
  }

  #splitUp(key: string, data: KeyDataDraft, now: number): PageWrites {
    const count = pageCount(recordCount(data), now, this.#o.pageRecords);
    const { head, pages } = splitPages(data, count);
    return {
      ...nothing,
      pages: pages.map((page, number) => [this.#keyOfPage(key, count, number), asKeyData(page)]),
      after: [[key, asKeyData(writeHead(head))]],
    };
  }

  async #loadHead(key: string): Promise<PagedHead | KeyDataDraft | null> {
    const found = await this.#blobs.loadAs(key, readHead);
    if (found !== null && isHead(found)) this.#counts.set(key, found.count);
    else this.#counts.delete(key);
    return found;
  }

  async #join(key: string, head: PagedHead, numbers: readonly number[]): Promise<KeyDataDraft> {
    const { pages, unstored } = await this.#loadPages(key, head, numbers);
    const data = joinPages(head.rest, pages.values());
    this.#sources.set(data, { head, pages, unstored });
    return data;
  }

  async #loadPages(
    key: string,
    { count, writing }: PagedHead,
    numbers: readonly number[],
  ): Promise<Pick<Source, 'pages' | 'unstored'>> {
    const pages = new Map<number, KeyDataDraft>();
    const unstored = new Set<number>(writing.keys());
    await inChunks(numbers, pagesAtOnce, async (number) => {
      const pageKey = this.#keyOfPage(key, count, number);
      const page = writing.get(number) ?? (await this.#pages.load(pageKey));
      if (page === null) {
        unstored.add(number);
        this.#pages.missing(pageKey);
        this.#o.onLost(key);
      }
      pages.set(number, page ?? newKeyData());
    });
    return { pages: new Map([...pages].sort(([a], [b]) => a - b)), unstored };
  }

  #keyOfPage(key: string, count: number, number: number): string {
    return keyOfPage(this.#o.keyPrefix, key, count, number);
  }

  #keysOfPages(key: string, count: number): string[] {
    return [...Array(count).keys()].map((number) => this.#keyOfPage(key, count, number));
  }

  /** Nobody outside knows of pages: what is wrong with one is wrong with its key. */
  #report(problem: TierProblem): void {
    const place = problem.entityKey.slice(this.#pagePrefix.length);
    const entityKey = this.#o.keyPrefix + place.slice(0, place.lastIndexOf('/'));
    this.#o.onProblem({ ...problem, entityKey });
    if (problem.code === 'corrupt') this.#o.onLost(entityKey);
  }
}
