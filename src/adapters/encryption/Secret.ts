import { TierSyncError } from '../../errors.ts';
import { toBase64 } from '../../util/base64.ts';
import { isPlainObject } from '../../util/isPlainObject.ts';
import { importKey } from './aesGcm.ts';
import { type Bytes, randomBytes, webCrypto } from './webCrypto.ts';

/** What the app knows: a passphrase, or 32 random bytes, or an AES-GCM key that may encrypt and decrypt. */
export type SecretOptions = { readonly passphrase: string } | { readonly key: CryptoKey | Uint8Array };

/** How the keys of a store are locked, as it stands beside them. */
export type Lock =
  | { readonly kind: 'passphrase'; readonly iterations: number; readonly salt: Uint8Array }
  | { readonly kind: 'key' };

const iterations = 600_000;
/** What the owner of a bucket may have a device compute at most. */
const mostIterations = 10_000_000;
const saltLength = 16;

/** Makes the key that locks the keys of a store. A passphrase is stretched once for each salt. */
export class Secret {
  readonly #options: SecretOptions;
  readonly #stretched = new Map<string, Promise<CryptoKey>>();

  constructor(options: SecretOptions) {
    const copy = isPlainObject(options) ? ({ ...options } as { passphrase?: unknown; key?: unknown }) : {};
    if ((copy.passphrase === undefined) === (copy.key === undefined)) throw misuse();
    if (copy.key === undefined) {
      if (typeof copy.passphrase !== 'string' || copy.passphrase === '') throw misuse();
      this.#options = { passphrase: copy.passphrase };
    } else {
      const key = copy.key instanceof Uint8Array ? new Uint8Array(copy.key) : copy.key;
      if (!isRightKey(key)) throw misuse();
      this.#options = { key };
    }
  }

  /** A fresh one for what is locked next. */
  newLock(): Lock {
    if ('key' in this.#options) return { kind: 'key' };
    return { kind: 'passphrase', iterations, salt: randomBytes(saltLength) };
  }

  async keyFor(lock: Lock): Promise<CryptoKey> {
    const options = this.#options;
    if ('key' in options) {
      if (lock.kind !== 'key') throw wrongKind('a passphrase');
      return options.key instanceof Uint8Array ? importKey(options.key as Bytes) : options.key;
    }
    if (lock.kind !== 'passphrase') throw wrongKind('a key');
    const id = `${lock.iterations} ${toBase64(lock.salt)}`;
    const known = this.#stretched.get(id);
    if (known !== undefined) return known;
    const stretching = stretch(options.passphrase, lock.salt, lock.iterations);
    this.#stretched.set(id, stretching);
    return stretching;
  }
}

/** Whether a lock is one that this version makes and opens; fewer iterations than it makes are not believed. */
export const isSoundLock = (lock: unknown): lock is Lock => {
  if (!isPlainObject(lock)) return false;
  if (lock['kind'] === 'key') return true;
  const { kind, iterations: count, salt } = lock;
  const isRightCount = Number.isInteger(count) && Number(count) >= iterations && Number(count) <= mostIterations;
  return kind === 'passphrase' && isRightCount && salt instanceof Uint8Array && salt.length >= saltLength;
};

async function stretch(passphrase: string, salt: Uint8Array, count: number): Promise<CryptoKey> {
  const { subtle } = webCrypto();
  // One text in two spellings, as keyboards differ, is one passphrase.
  const text = new TextEncoder().encode(passphrase.normalize('NFKC'));
  const material = await subtle.importKey('raw', text, 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', iterations: count, salt: new Uint8Array(salt) };
  return subtle.deriveKey(how, material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

function isRightKey(key: unknown): key is CryptoKey | Uint8Array {
  if (key instanceof Uint8Array) return key.length === 32;
  const { algorithm, usages } = Object(key) as Partial<CryptoKey>;
  if (algorithm?.name !== 'AES-GCM' || (algorithm as AesKeyAlgorithm).length !== 256) return false;
  return (['encrypt', 'decrypt'] as const).every((usage) => usages?.includes(usage));
}

const misuse = (): TypeError =>
  new TypeError(
    "write { passphrase: '...' } or { key }, where the key is 32 bytes or a CryptoKey for AES-GCM of 256 bits with the " +
      "usages ['encrypt', 'decrypt']",
  );

const wrongKind = (what: string): TierSyncError =>
  new TierSyncError('auth-needed', `this store is opened by ${what}; give that, nothing was written`);
