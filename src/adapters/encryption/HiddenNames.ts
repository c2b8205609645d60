import { fromBase64Url, toBase64Url } from '../../util/base64.ts';
import { type Bytes, webCrypto } from './webCrypto.ts';

const ivLength = 16;
const blockLength = 16;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Names that say nothing and can be found again. Each piece between `/` becomes a piece of its own: the first half of an
 * HMAC of the path so far, and under that as its counter the piece itself, encrypted. So equal names are equal, nothing
 * else is, and a folder is listed by its hidden name.
 */
export class HiddenNames {
  readonly #mac: CryptoKey;
  readonly #cipher: CryptoKey;

  private constructor(mac: CryptoKey, cipher: CryptoKey) {
    this.#mac = mac;
    this.#cipher = cipher;
  }

  /** From 64 bytes: two keys. */
  static async open(secret: Bytes): Promise<HiddenNames> {
    const { subtle } = webCrypto();
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const mac = await subtle.importKey('raw', secret.slice(0, 32), hmac, false, ['sign']);
    const cipher = await subtle.importKey('raw', secret.slice(32), 'AES-CTR', false, ['encrypt', 'decrypt']);
    return new HiddenNames(mac, cipher);
  }

  async hide(name: string): Promise<string> {
    return (await this.#hidePieces(name.split('/'))).join('/');
  }

  /** What the hidden names of all that begins so begin with: up to the last `/`, as a piece is hidden whole. */
  async hidePrefix(prefix: string): Promise<string> {
    const folders = await this.#hidePieces(prefix.split('/').slice(0, -1));
    return folders.map((folder) => `${folder}/`).join('');
  }

  /** Null: it hides no name. `known` remembers folders, as lists repeat them. */
  async reveal(hidden: string, known: Map<string, readonly string[] | null> = new Map()): Promise<string | null> {
    return (await this.#revealPath(hidden, known))?.join('/') ?? null;
  }

  async #revealPath(hidden: string, known: Map<string, readonly string[] | null>): Promise<readonly string[] | null> {
    const cut = hidden.lastIndexOf('/');
    const folder = hidden.slice(0, Math.max(0, cut));
    let path = cut < 0 ? [] : known.get(folder);
    if (path === undefined) {
      path = await this.#revealPath(folder, known);
      known.set(folder, path);
    }
    const piece = path === null ? null : await this.#revealPiece(path, hidden.slice(cut + 1));
    return path === null || piece === null ? null : [...path, piece];
  }

  #hidePieces(pieces: readonly string[]): Promise<string[]> {
    return Promise.all(pieces.map((_, i) => this.#hidePiece(pieces.slice(0, i + 1))));
  }

  async #hidePiece(path: readonly string[]): Promise<string> {
    const iv = await this.#ivOf(path);
    const text = padded(path.at(-1) as string);
    const hidden = new Uint8Array(ivLength + text.length);
    hidden.set(iv);
    hidden.set(new Uint8Array(await webCrypto().subtle.encrypt(counter(iv), this.#cipher, text)), ivLength);
    return toBase64Url(hidden);
  }

  async #revealPiece(folders: readonly string[], hidden: string): Promise<string | null> {
    const bytes = fromBase64Url(hidden);
    if (bytes === null || bytes.length <= ivLength) return null;
    const iv = bytes.slice(0, ivLength);
    const text = await webCrypto().subtle.decrypt(counter(iv), this.#cipher, bytes.slice(ivLength));
    const piece = parsed(decoder.decode(text));
    if (piece === null) return null;
    // Only what is hidden in just this way: else somebody could make names that mean the same.
    return (await this.#hidePiece([...folders, piece])) === hidden ? piece : null;
  }

  async #ivOf(path: readonly string[]): Promise<Bytes> {
    const mac = await webCrypto().subtle.sign('HMAC', this.#mac, encoder.encode(JSON.stringify(path)));
    return new Uint8Array(mac.slice(0, ivLength));
  }
}

const counter = (iv: Bytes): AesCtrParams => ({ name: 'AES-CTR', counter: iv, length: 64 });

/** As JSON, which has a form for every text; with spaces, so that only the rough length shows. */
function padded(piece: string): Bytes {
  const text = encoder.encode(JSON.stringify(piece));
  const bytes = new Uint8Array(Math.ceil(text.length / blockLength) * blockLength).fill(0x20);
  bytes.set(text);
  return bytes;
}

function parsed(text: string): string | null {
  try {
    const piece: unknown = JSON.parse(text);
    return typeof piece === 'string' ? piece : null;
  } catch {
    return null;
  }
}
