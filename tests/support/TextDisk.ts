import type { EntityKeyData, IPersistence } from 'tiersync';
import { partsOf, patched } from '../../src/blob/blobPath.ts';

export interface DiskAbilities {
  readonly storeMany?: boolean;
  readonly listKeys?: boolean;
  readonly setAside?: boolean;
  readonly exclusive?: boolean;
  readonly flush?: boolean;
  /** `loadParts` and `patchData`. */
  readonly parts?: boolean;
  readonly patchMany?: boolean;
  readonly storeAtOnce?: boolean;
}

export const allAbilities: DiskAbilities = {
  storeMany: true,
  listKeys: true,
  setAside: true,
  exclusive: true,
  flush: true,
};

/** What outlives every object of a test: texts by key. Several persistences may be opened on it, as by processes. */
export class TextDisk {
  readonly texts = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  /** A persistence on this disk, with these abilities and no others. */
  open(abilities: DiskAbilities = {}): IPersistence {
    const { texts } = this;
    const persistence: { -readonly [M in keyof IPersistence]: IPersistence[M] } = {
      loadData: async (key) => {
        const text = texts.get(key);
        return text === undefined ? null : (JSON.parse(text) as EntityKeyData);
      },
      storeData: async (key, data) => void texts.set(key, JSON.stringify(data)),
      clearData: async (key) => void texts.delete(key),
    };
    if (abilities.storeMany) {
      persistence.storeMany = async (entries) => {
        for (const [key, data] of entries) texts.set(key, JSON.stringify(data));
      };
    }
    const patch = (key: string, changes: Parameters<typeof patched>[1]): void => {
      const after = patched(this.read(key), changes);
      if (after === null) texts.delete(key);
      else texts.set(key, JSON.stringify(after));
    };
    if (abilities.parts) {
      persistence.loadParts = async (key, paths) => partsOf(this.read(key), paths);
      persistence.patchData = async (key, changes) => patch(key, changes);
    }
    if (abilities.patchMany) {
      persistence.patchMany = async (patches) => {
        for (const { key, changes } of patches) patch(key, changes);
      };
    }
    if (abilities.listKeys) {
      persistence.listKeys = async (prefix) => [...texts.keys()].filter((key) => key.startsWith(prefix));
    }
    if (abilities.setAside) {
      persistence.setAside = async (key) => {
        const place = `aside-${texts.size}-${key}`;
        texts.set(place, texts.get(key) ?? '');
        texts.delete(key);
        return place;
      };
    }
    if (abilities.exclusive) {
      persistence.exclusive = (work) => {
        const result = this.#last.then(work);
        this.#last = result.catch(() => {});
        return result;
      };
    }
    if (abilities.storeAtOnce) persistence.storeAtOnce = (key, data) => void texts.set(key, JSON.stringify(data));
    if (abilities.flush) persistence.flush = async () => {};
    return persistence;
  }

  read(key: string): EntityKeyData | null {
    const text = this.texts.get(key);
    return text === undefined ? null : (JSON.parse(text) as EntityKeyData);
  }
}
