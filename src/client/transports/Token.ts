import type { Environment } from '../../interfaces/Environment.ts';
import { fromBase64Url } from '../../util/base64.ts';

/** What a server knows somebody by. A function is asked again when it has run out or is refused. */
export type GivenToken = string | (() => string | Promise<string>);

/** One that is about to run out would do so on its way. */
const spareMs = 5_000;

export class Token {
  readonly #given: GivenToken | undefined;
  readonly #environment: Pick<Environment, 'now'>;
  #asked: Promise<string> | null = null;
  #latest: string | null = null;
  #expiresAt = Number.POSITIVE_INFINITY;

  constructor(given: GivenToken | undefined, environment: Pick<Environment, 'now'>) {
    this.#given = given;
    this.#environment = environment;
  }

  /** Null: there is none. */
  async get(): Promise<string | null> {
    if (typeof this.#given !== 'function') return this.#given ?? null;
    if (this.#environment.now() > this.#expiresAt - spareMs) this.#forget();
    this.#asked ??= this.#ask(this.#given);
    return this.#asked;
  }

  /** A server does not take this one. False: there is no other. */
  refuse(token: string | null): boolean {
    // Another question may have been refused before, and the next one asked for already.
    if (token === this.#latest) this.#forget();
    return typeof this.#given === 'function';
  }

  async #ask(given: () => string | Promise<string>): Promise<string> {
    try {
      const token = await given();
      this.#latest = token;
      this.#expiresAt = expiryOf(token);
      return token;
    } catch (error) {
      // What failed is asked for again, and not remembered.
      this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#asked = null;
    this.#latest = null;
    this.#expiresAt = Number.POSITIVE_INFINITY;
  }
}

/** As a JSON web token says itself; of any other it is not known. */
function expiryOf(token: string): number {
  try {
    const claims = fromBase64Url(token.split('.')[1] ?? '') ?? undefined;
    const { exp } = JSON.parse(new TextDecoder().decode(claims)) as { readonly exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
