import { type Bytes, randomBytes, webCrypto } from './webCrypto.ts';

const nonceLength = 12;
const tagLength = 16;

/** How many bytes sealing adds. */
export const sealOverhead: number = nonceLength + tagLength;

export const importKey = (bytes: Bytes): Promise<CryptoKey> =>
  webCrypto().subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);

/** Encrypted under a nonce of its own, and bound to what it belongs to. */
export async function seal(key: CryptoKey, plain: Uint8Array, boundTo: string): Promise<Bytes> {
  const iv = randomBytes(nonceLength);
  const sealed = await webCrypto().subtle.encrypt(parameters(iv, boundTo), key, plain as Bytes);
  const bytes = new Uint8Array(nonceLength + sealed.byteLength);
  bytes.set(iv);
  bytes.set(new Uint8Array(sealed), nonceLength);
  return bytes;
}

/** Null: it is not as it was sealed, or with another key, or belongs to something else. */
export async function unseal(key: CryptoKey, sealed: Uint8Array, boundTo: string): Promise<Bytes | null> {
  if (sealed.length < sealOverhead) return null;
  const iv = sealed.slice(0, nonceLength);
  try {
    const plain = await webCrypto().subtle.decrypt(parameters(iv, boundTo), key, sealed.subarray(nonceLength) as Bytes);
    return new Uint8Array(plain);
  } catch (cause) {
    // The one error that says so; any other is no statement about the bytes.
    if (Object(cause).name === 'OperationError') return null;
    throw cause;
  }
}

const parameters = (iv: Bytes, boundTo: string): AesGcmParams => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(boundTo),
  tagLength: 8 * tagLength,
});
