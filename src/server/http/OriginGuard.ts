import { Denial } from '../Denial.ts';

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * Which pages may ask. Programs that are no browsers send no origin, and are judged by their token alone. Cookies are
 * never looked at, so `*` opens nothing to a page that has no token.
 */
export class OriginGuard {
  readonly #allowed: readonly string[];
  readonly #isLocalOnly: boolean;

  /** `isLocalOnly`: nobody is asked for a token, so only this machine by its own names is let in. */
  constructor(allowed: readonly string[] = [], isLocalOnly = false) {
    for (const origin of allowed) {
      if (origin !== '*' && !isOrigin(origin)) {
        throw new TypeError(`allowedOrigins: write an origin such as 'https://app.example.com', not '${origin}'`);
      }
    }
    if (isLocalOnly && allowed.includes('*')) {
      throw new TypeError("allowedOrigins: '*' and insecureDev would let every page of the web in; name the origins");
    }
    this.#allowed = allowed;
    this.#isLocalOnly = isLocalOnly;
  }

  /** Throws for a page that may not ask. */
  check(origin: string | null | undefined, host: string | null | undefined): void {
    // A name of somebody else's may lead to this machine too.
    const isForeignHost = this.#isLocalOnly && !loopback.test(host ?? '');
    if (isForeignHost || (origin != null && !this.#isAllowed(origin, host))) {
      throw new Denial('forbidden', 'this origin may not ask here; the server lists those that may (allowedOrigins)');
    }
  }

  /** What a browser is told; empty where it needs no telling. */
  headers(origin: string | null): { readonly [name: string]: string } {
    if (origin === null) return {};
    const isAnybody = this.#allowed.includes('*');
    return { 'Access-Control-Allow-Origin': isAnybody ? '*' : origin, ...(isAnybody ? {} : { Vary: 'Origin' }) };
  }

  #isAllowed(origin: string, host: string | null | undefined): boolean {
    if (this.#allowed.includes('*') || this.#allowed.includes(origin)) return true;
    return host != null && hostOf(origin) === host.toLowerCase();
  }
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;
