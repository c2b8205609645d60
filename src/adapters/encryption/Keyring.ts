import { TierSyncError } from '../../errors.ts';
import { toBase64 } from '../../util/base64.ts';
import { type KeyPlace, keyObject, type SeenKeys } from './KeyPlace.ts';
import { openKeyFile, type StoreKeys, sealKeyFile } from './keyFile.ts';
import { firstKeys, type OpenKeys, openKeys, withNewKey } from './OpenKeys.ts';
import { Secret, type SecretOptions } from './Secret.ts';

export interface KeyringOptions {
  readonly place: KeyPlace;
  readonly secret: Secret;
  /** Undefined: as the store says. */
  readonly hideNames: boolean | undefined;
}

const tries = 8;
const where = `the keys of this store (${keyObject})`;

/**
 * The keys of one store as this device knows them. They are read when something is first asked of the store, and made
 * when something is first written to an empty one; nothing is read or written before they are open.
 */
export class Keyring {
  readonly #place: KeyPlace;
  readonly #hideNames: boolean | undefined;
  #secret: Secret;
  #keys: OpenKeys | null = null;
  #reading: Promise<OpenKeys | null> | null = null;
  #making: Promise<OpenKeys> | null = null;

  constructor({ place, secret, hideNames }: KeyringOptions) {
    this.#place = place;
    this.#secret = secret;
    this.#hideNames = hideNames;
  }

  /** Null: nobody has written here yet. */
  async find(name: string): Promise<OpenKeys | null> {
    const keys = this.#keys ?? (await this.#read());
    if (keys !== null || !(await this.#place.holdsOthers(name))) return keys;
    // Another device may have begun between the two looks.
    const late = await this.#read();
    if (late !== null) return late;
    throw new TierSyncError(
      'cloud-unreadable',
      `other objects stand here, and no keys (${keyObject}): this was never encrypted, or its keys are lost; nothing was ` +
        'written. Encrypt into an empty place, or restore that object',
    );
  }

  /** Made first, if there are none. */
  async ensure(name: string): Promise<OpenKeys> {
    const found = await this.find(name);
    if (found !== null) return found;
    this.#making ??= this.#make().finally(() => {
      this.#making = null;
    });
    return this.#making;
  }

  /** The key with that id, which another device may have made since we looked; null: nobody has it. */
  async keyOf(id: Uint8Array): Promise<CryptoKey | null> {
    const text = toBase64(id);
    const known = this.#keys?.byId.get(text);
    return known ?? (await this.#read())?.byId.get(text) ?? null;
  }

  /** What is written from now on has a new key; what stands there keeps the one it has until it is written again. */
  rotate(): Promise<void> {
    return this.#change(withNewKey, this.#secret);
  }

  changeSecret(options: SecretOptions): Promise<void> {
    return this.#change((keys) => keys, new Secret(options));
  }

  async #change(change: (keys: StoreKeys) => StoreKeys, secret: Secret): Promise<void> {
    await this.ensure(keyObject);
    for (let i = 0; i < tries; i++) {
      const seen = await this.#place.read();
      if (seen === null) throw new TierSyncError('cloud-unreadable', `${where} are gone; restore that object`);
      const keys = change((await this.#open(seen)).stored);
      if (!(await this.#place.write(await sealKeyFile(keys, secret), seen))) continue;
      this.#secret = secret;
      this.#keys = await openKeys(keys);
      return;
    }
    throw new TierSyncError('unavailable', `others change ${where} all the time; try again later`);
  }

  async #make(): Promise<OpenKeys> {
    const keys = firstKeys(this.#hideNames ?? false);
    const isWritten = await this.#place.write(await sealKeyFile(keys, this.#secret), null);
    if (isWritten) return (this.#keys = await openKeys(keys));
    const found = await this.#read();
    if (found === null) throw new TierSyncError('unavailable', `the store refused to write ${where}; try again later`);
    return found;
  }

  #read(): Promise<OpenKeys | null> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readOnce(): Promise<OpenKeys | null> {
    const seen = await this.#place.read();
    if (seen !== null) this.#keys = await this.#open(seen);
    return this.#keys;
  }

  async #open({ bytes }: SeenKeys): Promise<OpenKeys> {
    const keys = await openKeys(await openKeyFile(where, bytes, this.#secret));
    const isHidden = keys.names !== null;
    if (this.#hideNames === undefined || this.#hideNames === isHidden) return keys;
    const message = `names are ${isHidden ? '' : 'not '}hidden in this store; write hideNames: ${isHidden}`;
    throw new TierSyncError('cloud-unreadable', message);
  }
}
