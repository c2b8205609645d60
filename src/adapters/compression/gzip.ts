import { TierSyncError } from '../../errors.ts';

/** What unpacking may become at most, so that a few bytes cannot fill the memory of a device. */
export interface BombLimits {
  readonly maxBytes: number;
  /** As many times what it was packed. */
  readonly maxRatio: number;
}

export const mostOf = (packedLength: number, { maxBytes, maxRatio }: BombLimits): number =>
  Math.min(maxBytes, packedLength * maxRatio);

export const pack = (bytes: Uint8Array): Promise<Uint8Array> =>
  through(new CompressionStream('gzip'), bytes, Number.POSITIVE_INFINITY, () => new Error('cannot happen'));

/** `corrupt` where it is damaged, or grows beyond the limits, which is noticed as soon as it does. */
export async function unpack(where: string, packed: Uint8Array, limits: BombLimits): Promise<Uint8Array> {
  const most = mostOf(packed.length, limits);
  const bomb = (): TierSyncError =>
    new TierSyncError('corrupt', `${where} unpacks to more than ${most} bytes, so it is not what was packed`);
  try {
    return await through(new DecompressionStream('gzip'), packed, most, bomb);
  } catch (cause) {
    if (cause instanceof TierSyncError) throw cause;
    throw new TierSyncError('corrupt', `${where} cannot be unpacked`, { cause });
  }
}

async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array,
  most: number,
  tooMuch: () => Error,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter();
  // What fails on that side fails on the other too, where it is waited for.
  writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => {});
  writer.close().catch(() => {});
  const reader = stream.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > most) {
      reader.cancel().catch(() => {});
      throw tooMuch();
    }
    parts.push(next.value);
  }
  return joined(parts, length);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
