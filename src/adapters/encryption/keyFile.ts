import { canonicalText } from '../../blob/canonicalText.ts';
import { decodeValue } from '../../blob/decodeValue.ts';
import { encodeValue } from '../../blob/encodeValue.ts';
import { fromBytes, toBytes } from '../../blob/envelope.ts';
import { TierSyncError } from '../../errors.ts';
import type { JsonValue } from '../../interfaces/EntityKeyData.ts';
import { isPlainObject } from '../../util/isPlainObject.ts';
import { seal, unseal } from './aesGcm.ts';
import { isSoundLock, type Lock, type Secret } from './Secret.ts';

/** A key that objects are encrypted with; objects name theirs. */
export interface DataKey {
  readonly id: Uint8Array;
  readonly secret: Uint8Array;
}

/** All that has to be known to read and write a store. */
export interface StoreKeys {
  /** The last one is for what is written from now on. */
  readonly keys: readonly DataKey[];
  /** What names are hidden with, where they are. */
  readonly names: Uint8Array | null;
}

export const keyIdLength = 8;

/** The object that holds the keys of a store, locked. */
export async function sealKeyFile(keys: StoreKeys, secret: Secret): Promise<Uint8Array> {
  const lock = secret.newLock();
  const text = new TextEncoder().encode(canonicalText(encodeValue(keys)));
  const sealed = await seal(await secret.keyFor(lock), text, boundTo(lock));
  return toBytes(encodeValue({ lock, sealed }) as object);
}

/** Opened again. A wrong secret is `auth-needed`; what is damaged or of another kind is `cloud-unreadable`. */
export async function openKeyFile(where: string, bytes: Uint8Array, secret: Secret): Promise<StoreKeys> {
  const file = readFile(where, bytes);
  const text = await unseal(await secret.keyFor(file.lock), file.sealed, boundTo(file.lock));
  if (text === null) {
    const what = file.lock.kind === 'key' ? 'key' : 'passphrase';
    throw new TierSyncError(
      'auth-needed',
      `this ${what} does not open ${where}; give the right one, nothing was written`,
    );
  }
  const keys = decodeValue(JSON.parse(new TextDecoder().decode(text)) as JsonValue);
  if (!isStoreKeys(keys)) throw damaged(where, null);
  return keys;
}

function readFile(where: string, bytes: Uint8Array): { readonly lock: Lock; readonly sealed: Uint8Array } {
  let file: unknown;
  try {
    file = decodeValue(fromBytes(where, bytes) as JsonValue);
  } catch (cause) {
    if (cause instanceof TierSyncError && cause.code === 'corrupt') throw damaged(where, cause);
    throw cause;
  }
  const { lock, sealed } = Object(file) as { readonly lock?: unknown; readonly sealed?: unknown };
  if (!isSoundLock(lock) || !(sealed instanceof Uint8Array)) throw damaged(where, null);
  return { lock, sealed };
}

/** So that nobody weakens the lock under what it locks. */
const boundTo = (lock: Lock): string => canonicalText({ keys: 1, lock: encodeValue(lock) });

const isStoreKeys = (value: unknown): value is StoreKeys => {
  if (!isPlainObject(value)) return false;
  const { keys, names } = value;
  const isRight = (key: unknown): boolean =>
    isPlainObject(key) && hasLength(key['id'], keyIdLength) && hasLength(key['secret'], 32);
  return Array.isArray(keys) && keys.length > 0 && keys.every(isRight) && (names === null || hasLength(names, 64));
};

const hasLength = (bytes: unknown, length: number): boolean => bytes instanceof Uint8Array && bytes.length === length;

const damaged = (where: string, cause: unknown): TierSyncError =>
  new TierSyncError(
    'cloud-unreadable',
    `${where} is damaged, and nothing can be read without it; restore that object`,
    {
      cause,
    },
  );
