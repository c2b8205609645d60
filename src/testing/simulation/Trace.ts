/** A running hash of everything that happened: two runs of one seed end in the same digest. */
export class Trace {
  #low = 0x811c9dc5;
  #high = 0x9dc5811c;
  #notes = 0;
  readonly #onNote: ((text: string) => void) | undefined;

  /** `onNote` hears every line, for reading what a seed does. */
  constructor(onNote?: (text: string) => void) {
    this.#onNote = onNote;
  }

  get notes(): number {
    return this.#notes;
  }

  note(text: string): void {
    this.#notes += 1;
    this.#onNote?.(text);
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      this.#low = Math.imul(this.#low ^ code, 0x01000193);
      this.#high = Math.imul(this.#high ^ code, 0x85ebca6b) + at;
    }
  }

  get digest(): string {
    const hex = (number: number): string => (number >>> 0).toString(16).padStart(8, '0');
    return hex(this.#low) + hex(this.#high);
  }
}

/** Whole texts would cost more than everything else. */
const shown = 160;
/** What differs is soon of another length, or differs at one of these bytes. */
const stride = 5;

/** What a request carried or gave, in a few characters. */
export function summaryOf(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length}#${sumOf(value)}`;
  if (typeof value === 'string') {
    return value.length > shown ? `${value.length}#${value.slice(0, 60)}…${value.slice(-60)}` : value;
  }
  if (typeof value === 'object' && value !== null) {
    const { bytes, version } = value as { bytes?: Uint8Array; version?: string };
    if (version !== undefined) return `v${version}${bytes === undefined ? '' : ` ${bytes.length}`}`;
    return Array.isArray(value) ? `${value.length} entries` : 'an object';
  }
  return String(value);
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at += stride) sum = Math.imul(sum ^ (bytes[at] ?? 0), 0x01000193);
  return sum >>> 0;
}
