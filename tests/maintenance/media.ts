import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IBucket, type JsonValue, MemoryBucket } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
import type { TierPlace } from 'tiersync/maintenance';
import { kept } from '../adversarial/support.ts';
import { TextDisk } from '../support/TextDisk.ts';
import { RowDisk } from './RowDisk.ts';

export type Damage = 'flip' | 'cut' | 'delete';
export const damages: readonly Damage[] = ['flip', 'cut', 'delete'];

/** Where a tier stands in a test: all that stands there can be named, compared and damaged. */
export interface Medium {
  readonly place: TierPlace;
  /** Damage of what is here is known by a check of its bytes; elsewhere by what the index says. */
  readonly isChecked: boolean;
  /** Every object as text. */
  contents(): Promise<ReadonlyMap<string, string>>;
  damage(name: string, how: Damage, random: () => number): Promise<void>;
  /** The same again, to be damaged apart. */
  copy(): Promise<Medium>;
  remove(): void;
}

export type MediumKind = 'memory' | 'file' | 'pages' | 'rows' | 'cloud' | 'cloud in pages';

export const isCloudKind = (kind: MediumKind): boolean => kind.startsWith('cloud');

export function mediumOf(kind: MediumKind): Medium {
  if (kind === 'pages') return onDisk(new TextDisk());
  if (kind === 'rows') return onRows(new RowDisk());
  if (kind === 'file') {
    const folder = mkdtempSync(join(tmpdir(), 'tiersync-maintenance-'));
    const open = (): FileBucket => new FileBucket(folder);
    return inBucket(
      open(),
      (local) => ({ prefix: 'app', local }),
      () => mediumOf(kind),
      () => rmSync(folder, { recursive: true }),
    );
  }
  const place = (bucket: IBucket): TierPlace =>
    isCloudKind(kind) ? { prefix: 'app', cloud: bucket } : { prefix: 'app', local: bucket };
  return inBucket(
    kept(new MemoryBucket()),
    place,
    () => mediumOf(kind),
    () => {},
  );
}

const latin = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function inBucket(
  bucket: IBucket,
  placeOf: (bucket: IBucket) => TierPlace,
  fresh: () => Medium,
  remove: () => void,
): Medium & { readonly bucket: IBucket } {
  const bytesOf = async (name: string): Promise<Uint8Array> =>
    ((await bucket.get(name)) as { bytes: Uint8Array }).bytes;
  const medium = {
    bucket,
    place: placeOf(bucket),
    isChecked: true,
    async contents() {
      const texts = new Map<string, string>();
      for await (const { name } of bucket.list('')) texts.set(name, latin(await bytesOf(name)));
      return texts;
    },
    async damage(name: string, how: Damage, random: () => number) {
      if (how === 'delete') return bucket.delete(name);
      const bytes = Uint8Array.from(await bytesOf(name));
      const at = Math.floor(random() * bytes.length);
      if (how === 'cut') return void (await bucket.put(name, bytes.slice(0, at)));
      bytes[at] = (bytes[at] as number) ^ (1 << Math.floor(random() * 8));
      await bucket.put(name, bytes);
    },
    async copy() {
      const other = fresh() as typeof medium;
      for (const [name, text] of await medium.contents()) await other.bucket.put(name, Buffer.from(text, 'latin1'));
      return other;
    },
    remove,
  };
  return medium;
}

/** One character less, or another one: as JSON, if it still is. */
function spoiled(text: string, how: Damage, random: () => number): string {
  const at = Math.floor(random() * text.length);
  if (how === 'cut') return JSON.stringify(text.slice(0, at));
  const flipped =
    text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << Math.floor(random() * 5))) + text.slice(at + 1);
  try {
    return JSON.stringify(JSON.parse(flipped));
  } catch {
    return JSON.stringify(flipped);
  }
}

/** A character of one of the records: what says the format of a blob would make another version of it, and is left alone. */
function spoiledRecord(text: string, random: () => number): string {
  const blob = JSON.parse(text) as { [name: string]: { [id: string]: JsonValue } };
  const names = Object.keys(blob).filter((name) => !name.startsWith('$') && name !== 'deleted');
  const name = names[Math.floor(random() * names.length)];
  if (name === undefined) return JSON.stringify(text);
  const ids = Object.keys(blob[name] ?? {});
  const id = ids[Math.floor(random() * ids.length)] as string;
  const before = JSON.stringify(blob[name]?.[id]);
  let after = before;
  while (after === before) after = spoiled(before, 'flip', random);
  (blob[name] as { [id: string]: JsonValue })[id] = JSON.parse(after) as JsonValue;
  return JSON.stringify(blob);
}

const abilities = { storeMany: true, listKeys: true, exclusive: true };

function onDisk(disk: TextDisk): Medium {
  return {
    place: { prefix: 'app', local: disk.open(abilities) },
    isChecked: false,
    contents: async () => new Map(disk.texts),
    async damage(name, how, random) {
      const text = disk.texts.get(name) as string;
      if (how === 'delete') disk.texts.delete(name);
      else disk.texts.set(name, how === 'cut' ? spoiled(text, how, random) : spoiledRecord(text, random));
    },
    async copy() {
      const other = new TextDisk();
      for (const [name, text] of disk.texts) other.texts.set(name, text);
      return onDisk(other);
    },
    remove() {},
  };
}

function onRows(disk: RowDisk): Medium {
  return {
    place: { prefix: 'app', local: disk.open() },
    isChecked: false,
    contents: async () => new Map([...disk.blobs].map(([key, rows]) => [key, JSON.stringify([...rows])])),
    async damage(key, how, random) {
      const rows = disk.blobs.get(key) as Map<string, string>;
      // What the engine keeps beside the records says which version it is of.
      const paths = [...rows.keys()].filter((path) => !path.startsWith('"$"'));
      const path = paths[Math.floor(random() * paths.length)] as string;
      const value = rows.get(path) as string;
      if (how === 'delete') rows.delete(path);
      else if (how === 'cut') rows.set(path, value.slice(0, Math.floor(random() * value.length)));
      else {
        let after = value;
        while (after === value) after = spoiled(value, 'flip', random);
        rows.set(path, after);
      }
    },
    async copy() {
      const other = new RowDisk();
      for (const [key, rows] of disk.blobs) other.blobs.set(key, new Map(rows));
      return onRows(other);
    },
    remove() {},
  };
}
