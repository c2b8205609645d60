import type { IBucket } from '../interfaces/IBucket.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { EncryptingCodec } from './encryption/EncryptingCodec.ts';
import { BucketKeyPlace, type KeyPlace, PersistenceKeyPlace } from './encryption/KeyPlace.ts';
import { Keyring } from './encryption/Keyring.ts';
import { Secret, type SecretOptions } from './encryption/Secret.ts';
import { webCrypto } from './encryption/webCrypto.ts';
import { CodedBucket } from './wrapping/CodedBucket.ts';
import { CodedPersistence } from './wrapping/CodedPersistence.ts';
import { wrappedKind } from './wrapping/wrapOrder.ts';

export type { SecretOptions } from './encryption/Secret.ts';

/** What opens the store, and whether names are hidden. */
export type EncryptedOptions = SecretOptions & {
  /** Names are hidden too. Decided by the first device; without a word later ones do as the store says. */
  readonly hideNames?: boolean;
};

/** What an encrypted bucket or persistence can do beside what it was before. */
export interface Encryption {
  /** From now on the store is opened by this and no longer by what opened it. Devices that are open stay open. */
  changePassphrase(next: string | SecretOptions): Promise<void>;
  /** What is written from now on has a new key. What stands there keeps its own, which is kept, until it is written again. */
  rotate(): Promise<void>;
}

/** Encrypts what goes in. Whoever holds the store sees sizes, times and (unless hidden) names, and can change nothing. */
export function encrypted(inner: IBucket, options: EncryptedOptions): IBucket & Encryption;
export function encrypted(inner: IPersistence, options: EncryptedOptions): IPersistence & Encryption;
export function encrypted(
  inner: IBucket | IPersistence,
  options: EncryptedOptions,
): (IBucket | IPersistence) & Encryption {
  const kind = wrappedKind('encrypted', inner);
  webCrypto();
  if (kind === 'bucket') {
    const keyring = keyringOf(options, new BucketKeyPlace(inner as IBucket));
    return Object.assign(new CodedBucket(inner as IBucket, new EncryptingCodec(keyring)), encryptionOf(keyring));
  }
  const keyring = keyringOf(options, new PersistenceKeyPlace(inner as IPersistence));
  return Object.assign(
    new CodedPersistence(inner as IPersistence, new EncryptingCodec(keyring)),
    encryptionOf(keyring),
  );
}

const keyringOf = (options: EncryptedOptions, place: KeyPlace): Keyring =>
  new Keyring({ place, secret: new Secret(options), hideNames: options.hideNames });

const encryptionOf = (keyring: Keyring): Encryption => ({
  changePassphrase: (next) => keyring.changeSecret(typeof next === 'string' ? { passphrase: next } : next),
  rotate: () => keyring.rotate(),
});
