const step = 0x2000;

/** Bytes as text. By `apply` and in steps: it takes a fifth of what spreading them into a call takes. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += step) {
    binary += String.fromCharCode.apply(null, bytes.subarray(i, i + step) as unknown as number[]);
  }
  return btoa(binary);
}

/** Null: that is no base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

const plain = { '-': '+', _: '/' } as const;

/** For names: nothing in it is special in a path or a URL. */
export const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** Null: that is not how `toBase64Url` writes any bytes. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[\w-]*$/.test(text)) return null;
  const bytes = fromBase64(text.replace(/[-_]/g, (char) => plain[char as keyof typeof plain]));
  return bytes !== null && toBase64Url(bytes) === text ? bytes : null;
}
