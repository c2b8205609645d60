/** What a wrapper made of an object, as the first line of it says. */
export interface Frame {
  readonly kind: string;
  readonly format: number;
  readonly body: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const longestLine = 40;
const opening = /^tiersync-(encrypted|compressed) ([1-9]\d{0,5})\n/;

/** Bytes that say themselves what has to be done to read them. */
export function framed(kind: 'encrypted' | 'compressed', format: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const all = [encoder.encode(`tiersync-${kind} ${format}\n`), ...parts];
  const bytes = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Null: no wrapper made these bytes. */
export function frameOf(bytes: Uint8Array): Frame | null {
  const match = opening.exec(decoder.decode(bytes.subarray(0, longestLine)));
  if (match === null) return null;
  const [line, kind, format] = match as unknown as [string, string, string];
  return { kind, format: Number(format), body: bytes.subarray(line.length) };
}
