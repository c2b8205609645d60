import { jsonText } from '../../blob/copyJson.ts';
import { frameOf } from '../../blob/frame.ts';
import { FORMAT } from '../../blob/keyData.ts';
import { TierSyncError } from '../../errors.ts';
import type { EntityKeyData } from '../../interfaces/EntityKeyData.ts';
import { fromBase64, toBase64 } from '../../util/base64.ts';
import { isPlainObject } from '../../util/isPlainObject.ts';

/**
 * Higher than any format of plain blobs: who reads one without the wrapper takes it for a newer version's and leaves it
 * alone. With a known number it would look like an empty blob, and be filled.
 */
const wrappedFormat = FORMAT + 1_000;

/** Bytes as a blob, for a persistence that knows no other form. */
export const wrapBytes = (bytes: Uint8Array): EntityKeyData => ({
  $: { format: wrappedFormat, wrapped: toBase64(bytes) },
});

/** Null: this is no blob that `wrapBytes` made. */
export function wrappedBytes(where: string, blob: unknown): Uint8Array | null {
  const header = isPlainObject(blob) ? blob['$'] : undefined;
  if (!isPlainObject(header) || header['format'] !== wrappedFormat) return null;
  const { wrapped } = header;
  const bytes = typeof wrapped === 'string' ? fromBase64(wrapped) : null;
  if (bytes === null) throw new TierSyncError('corrupt', `${where} holds no bytes where it should`);
  return bytes;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * A blob as bytes: as its text, or as the bytes that the wrapper around this one made of it. The order of its fields
 * stays as it is: sorting them takes ten times as long as encrypting them, and nothing compares these bytes.
 */
export const blobToBytes = (where: string, blob: EntityKeyData): Uint8Array =>
  wrappedBytes(where, blob) ?? encoder.encode(jsonText(blob));

export function bytesToBlob(where: string, bytes: Uint8Array): EntityKeyData {
  if (frameOf(bytes) !== null) return wrapBytes(bytes);
  try {
    return JSON.parse(decoder.decode(bytes)) as EntityKeyData;
  } catch (cause) {
    throw new TierSyncError('corrupt', `${where} holds no blob`, { cause });
  }
}
