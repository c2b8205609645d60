import { toBase64 } from '../../util/base64.ts';
import { importKey } from './aesGcm.ts';
import { HiddenNames } from './HiddenNames.ts';
import { keyIdLength, type StoreKeys } from './keyFile.ts';
import { type Bytes, randomBytes } from './webCrypto.ts';

/** The keys of a store, ready for use. */
export interface OpenKeys {
  readonly stored: StoreKeys;
  /** For what is written. */
  readonly current: { readonly id: Uint8Array; readonly key: CryptoKey };
  /** For what is read, by id. */
  readonly byId: ReadonlyMap<string, CryptoKey>;
  /** Null: names are not hidden. */
  readonly names: HiddenNames | null;
}

export async function openKeys(stored: StoreKeys): Promise<OpenKeys> {
  const keys = await Promise.all(
    stored.keys.map(async ({ id, secret }) => [id, await importKey(secret as Bytes)] as const),
  );
  const [id, key] = keys.at(-1)!;
  return {
    stored,
    current: { id, key },
    byId: new Map(keys.map(([each, imported]) => [toBase64(each), imported])),
    names: stored.names === null ? null : await HiddenNames.open(stored.names as Bytes),
  };
}

export const firstKeys = (hideNames: boolean): StoreKeys =>
  withNewKey({ keys: [], names: hideNames ? randomBytes(64) : null });

/** The keys before stay: nothing tells when the last object that needs them is gone. */
export const withNewKey = ({ keys, names }: StoreKeys): StoreKeys => ({
  keys: [...keys, { id: randomBytes(keyIdLength), secret: randomBytes(32) }],
  names,
});
