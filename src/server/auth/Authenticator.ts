import { Denial } from '../Denial.ts';
import type { Principal } from '../Principal.ts';
import type { Authenticate, Authenticated, AuthOptions } from './AuthOptions.ts';
import { principalOf } from './principalOf.ts';

export interface AuthenticatorParts extends Pick<AuthOptions, 'isRevoked' | 'insecureDev'> {
  readonly tokenBytes: number;
  readonly now: () => number;
}

/** Tells who somebody is by the token alone. */
export class Authenticator {
  readonly #verify: Authenticate;
  readonly #isRevoked: AuthOptions['isRevoked'];
  readonly #tokenBytes: number;
  readonly #now: () => number;
  /** Whether tokens are looked at at all. */
  readonly isOpen: boolean;

  constructor(verify: Authenticate, { isRevoked, insecureDev = false, tokenBytes, now }: AuthenticatorParts) {
    this.#verify = verify;
    this.#isRevoked = isRevoked;
    this.#tokenBytes = tokenBytes;
    this.#now = now;
    this.isOpen = insecureDev;
  }

  /** Throws for everything that is not the token of somebody who may come in; it never says why. */
  async principal(token: unknown): Promise<Principal> {
    const isToken = typeof token === 'string' && token !== '' && token.length <= this.#tokenBytes;
    if (!isToken && !this.isOpen) throw unauthorized();
    const said = await this.#ask(isToken ? token : '');
    const principal = said === null ? null : principalOf(said);
    if (principal === null || !(await this.mayStay(principal))) throw unauthorized();
    return principal;
  }

  /** Whether somebody who came in before may still be here. */
  async mayStay(principal: Principal): Promise<boolean> {
    if (this.isExpired(principal)) return false;
    return (await this.#isRevoked?.(principal)) !== true;
  }

  isExpired({ expiresAt = Number.POSITIVE_INFINITY }: Principal): boolean {
    return this.#now() >= expiresAt;
  }

  /** Whether there is more to ask than the time. */
  get canRevoke(): boolean {
    return this.#isRevoked !== undefined;
  }

  async #ask(token: string): Promise<Authenticated | null> {
    try {
      const said = await this.#verify(token);
      // A check of the user's own may answer false or nothing.
      return typeof said === 'object' ? said : null;
    } catch (error) {
      if (error instanceof Denial) throw error;
      throw new Denial('unavailable', 'tokens cannot be checked now; try again later', { cause: error });
    }
  }
}

const unauthorized = (): Denial => new Denial('unauthorized', 'sign in: this needs a token that is valid here');

/** The token of an `Authorization` header; nothing else of a request may carry one. */
export function bearerToken(header: string | null | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];
}
