import { TierSyncError } from '../errors.ts';
import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import { canonicalText } from './canonicalText.ts';
import { frameOf } from './frame.ts';
import { hashText } from './hash.ts';
import { FORMAT } from './keyData.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

const digits = (hash: number): string => hash.toString(16).padStart(13, '0');
const head = (check: string, format: number): string => `{"check":"${check}","format":${format},"data":`;
const opening = /^\{"check":"([0-9a-f]{13})","format":([1-9]\d*),"data":/;

/**
 * A blob as bytes: canonical JSON in an envelope that is JSON too and carries a check of the text, so that a torn,
 * truncated or flipped object is known before it is believed.
 */
export function toBytes(data: object, format: number = FORMAT): Uint8Array {
  const text = canonicalText(data as JsonValue);
  return encoder.encode(`${head(digits(hashText(text)), format)}${text}}`);
}

/** `newest`: the format up to which whoever asks knows what to make of it. */
export function fromBytes(where: string, bytes: Uint8Array, newest: number = FORMAT): unknown {
  const frame = frameOf(bytes);
  if (frame !== null) {
    // Not damage: taken for that, sound data would be set aside.
    const message = `${where} is ${frame.kind}; give it as ${frame.kind}(...) of tiersync/adapters/${frame.kind}`;
    throw new TierSyncError('upgrade-needed', message);
  }
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    throw new TierSyncError('corrupt', `${where} is not text`, { cause });
  }
  const match = opening.exec(text);
  if (match === null) throw new TierSyncError('corrupt', `${where} does not begin as tiersync writes it`);
  const [start, check, format] = match as unknown as [string, string, string];
  if (Number(format) > newest) {
    const message = `${where} has format ${format}, this version of tiersync reads up to ${newest}; update the app`;
    throw new TierSyncError('upgrade-needed', message);
  }
  const body = text.slice(start.length, -1);
  if (!text.endsWith('}') || hashText(body) !== Number.parseInt(check, 16)) {
    throw new TierSyncError('corrupt', `${where} does not match its check`);
  }
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new TierSyncError('corrupt', `${where} holds no JSON`, { cause });
  }
}
