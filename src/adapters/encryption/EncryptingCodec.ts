import { framed, frameOf } from '../../blob/frame.ts';
import { TierSyncError } from '../../errors.ts';
import { toBase64 } from '../../util/base64.ts';
import type { Codec, Listing } from '../wrapping/Codec.ts';
import { seal, sealOverhead, unseal } from './aesGcm.ts';
import { keyObject } from './KeyPlace.ts';
import type { Keyring } from './Keyring.ts';
import { keyIdLength } from './keyFile.ts';
import type { OpenKeys } from './OpenKeys.ts';

const format = 1;
const overhead = framed('encrypted', format).length + keyIdLength + sealOverhead;

/** Objects encrypted and bound to their names; the names hidden, where the store says so. */
export class EncryptingCodec implements Codec {
  readonly layer = 'encrypted';
  readonly takesPlain = false;
  readonly #keyring: Keyring;
  #preparing: Promise<unknown> | null = null;

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  async find(name: string): Promise<string | null> {
    const keys = await this.#keyring.find(name);
    return keys === null ? null : placeOf(keys, name);
  }

  async claim(name: string): Promise<string> {
    return placeOf(await this.#keyring.ensure(name), name);
  }

  async listing(prefix: string): Promise<Listing | null> {
    const keys = await this.#keyring.find(prefix);
    if (keys === null) return null;
    const { names } = keys;
    if (names === null) return { prefix, nameOf: async (place) => (place === keyObject ? null : place) };
    const known = new Map<string, readonly string[] | null>();
    return { prefix: await names.hidePrefix(prefix), nameOf: (place) => names.reveal(place, known) };
  }

  async encode(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    const { current } = await this.#keyring.ensure(name);
    return framed('encrypted', format, current.id, await seal(current.key, bytes, boundTo(current.id, name)));
  }

  async decode(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    const frame = frameOf(bytes);
    if (frame === null || frame.kind !== 'encrypted') {
      throw new TierSyncError('corrupt', `${name} is not encrypted, as all else here is`);
    }
    if (frame.format > format) {
      const message = `${name} is encrypted in format ${frame.format}, this version knows ${format}; update the app`;
      throw new TierSyncError('upgrade-needed', message);
    }
    const id = frame.body.subarray(0, keyIdLength);
    const key = await this.#keyring.keyOf(id);
    if (key === null) {
      const message = `${name} is encrypted with a key that ${keyObject} does not hold; restore that object`;
      throw new TierSyncError('cloud-unreadable', message);
    }
    const plain = await unseal(key, frame.body.subarray(keyIdLength), boundTo(id, name));
    if (plain === null) throw new TierSyncError('corrupt', `${name} is not as it was encrypted, or not what was there`);
    return plain;
  }

  sizeOf(stored: number): number {
    return Math.max(0, stored - overhead);
  }

  /**
   * Makes the keys where there are none: that takes the lock which is about to be taken. Once for all who ask meanwhile,
   * so that they go on in the order in which they asked.
   */
  async prepare(): Promise<void> {
    this.#preparing ??= this.#keyring.ensure(keyObject).finally(() => {
      this.#preparing = null;
    });
    await this.#preparing;
  }
}

/** So that an object counts only under its own name, with the key it names, in the format it says. */
const boundTo = (id: Uint8Array, name: string): string => JSON.stringify(['tiersync', format, toBase64(id), name]);

function placeOf({ names }: OpenKeys, name: string): string | Promise<string> {
  if (names !== null) return names.hide(name);
  if (name !== keyObject) return name;
  throw new TierSyncError('invalid-name', `choose another name than ${keyObject}: the keys stand there`);
}
