import type { IBucket } from '../interfaces/IBucket.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import { CompressingCodec } from './compression/CompressingCodec.ts';
import { CodedBucket } from './wrapping/CodedBucket.ts';
import { CodedPersistence } from './wrapping/CodedPersistence.ts';
import { wrappedKind } from './wrapping/wrapOrder.ts';

/** What is worth packing, and what would unpack to too much. All devices have to say the same. */
export interface CompressedOptions {
  /** What is smaller stays as it is; 1,024 unless told. */
  readonly minBytes?: number;
  /** What would unpack to more is not packed and, where somebody else has, not unpacked; 64 MB unless told. */
  readonly maxBytes?: number;
  /** The same for more than so many times its size; 50 unless told. */
  readonly maxRatio?: number;
}

const defaults = { minBytes: 1_024, maxBytes: 64 * 1024 * 1024, maxRatio: 50 };

/** Packs what goes in where that makes it smaller. What stands there unpacked is read as it is. */
export function compressed(inner: IBucket, options?: CompressedOptions): IBucket;
export function compressed(inner: IPersistence, options?: CompressedOptions): IPersistence;
export function compressed(inner: IBucket | IPersistence, options: CompressedOptions = {}): IBucket | IPersistence {
  const kind = wrappedKind('compressed', inner);
  const all = { ...defaults, ...options };
  for (const [name, value] of Object.entries(all)) {
    if (!(Number(value) > 0)) throw new TypeError(`compressed: ${name} must be a number above 0`);
  }
  const codec = new CompressingCodec(all);
  return kind === 'bucket'
    ? new CodedBucket(inner as IBucket, codec)
    : new CodedPersistence(inner as IPersistence, codec);
}
