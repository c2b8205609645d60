import { framed, frameOf } from '../../blob/frame.ts';
import { TierSyncError } from '../../errors.ts';
import type { Codec, Listing } from '../wrapping/Codec.ts';
import { type BombLimits, mostOf, pack, unpack } from './gzip.ts';

export interface CompressingOptions extends BombLimits {
  /** What is smaller stays as it is. */
  readonly minBytes: number;
}

const format = 1;
/** How the body of a frame stands there: packed, or as it is because it looks like a frame itself. */
const packedMark = 1;
const plainMark = 0;
/** Packing that saves less is not worth the unpacking. */
const worthwhile = 0.9;

/** Objects packed by gzip where that makes them smaller; what was not packed is read as it is. */
export class CompressingCodec implements Codec {
  readonly layer = 'compressed';
  readonly takesPlain = true;
  readonly #options: CompressingOptions;

  constructor(options: CompressingOptions) {
    this.#options = options;
  }

  async find(name: string): Promise<string> {
    return name;
  }

  async claim(name: string): Promise<string> {
    return name;
  }

  async listing(prefix: string): Promise<Listing> {
    return { prefix, nameOf: async (place) => place };
  }

  async encode(_name: string, bytes: Uint8Array): Promise<Uint8Array> {
    const packed = bytes.length < this.#options.minBytes ? null : await pack(bytes);
    if (packed !== null && this.#isWorthIt(bytes, packed)) {
      return framed('compressed', format, Uint8Array.of(packedMark), packed);
    }
    const isLikeOurs = frameOf(bytes)?.kind === 'compressed';
    return isLikeOurs ? framed('compressed', format, Uint8Array.of(plainMark), bytes) : bytes;
  }

  async decode(name: string, bytes: Uint8Array): Promise<Uint8Array> {
    const frame = frameOf(bytes);
    if (frame === null || frame.kind !== 'compressed') return bytes;
    if (frame.format > format) {
      const message = `${name} is compressed in format ${frame.format}, this version knows ${format}; update the app`;
      throw new TierSyncError('upgrade-needed', message);
    }
    const body = frame.body.subarray(1);
    if (frame.body[0] === packedMark) return unpack(name, body, this.#options);
    if (frame.body[0] === plainMark) return body.slice();
    throw new TierSyncError('corrupt', `${name} is compressed in a way that nobody knows`);
  }

  sizeOf(stored: number): number {
    return stored;
  }

  async prepare(): Promise<void> {}

  /** What the limits would refuse to unpack is left as it is. */
  #isWorthIt({ length }: Uint8Array, packed: Uint8Array): boolean {
    return packed.length < length * worthwhile && length <= mostOf(packed.length, this.#options);
  }
}
