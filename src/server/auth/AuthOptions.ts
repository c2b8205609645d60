import type { CryptoKey, JWK } from 'jose';
import type { Principal } from '../Principal.ts';

/** What a token says, checked by jose: signature, issuer, audience, `exp`, `nbf`. One of the first three. */
export interface JwtOptions {
  /** At least 32 bytes; for tokens that the same people sign and check (HS256). */
  readonly secret?: string | Uint8Array;
  /** A public key as PEM or JWK, or several of them; a token names its key by `kid` if there is more than one. */
  readonly publicKey?: string | JWK | CryptoKey | readonly JWK[];
  /** Where the keys of the issuer are published. */
  readonly jwksUrl?: string | URL;
  /** What tokens must have as `iss`. */
  readonly issuer: string | string[];
  /** What tokens must have as `aud`. */
  readonly audience: string | string[];
  /** Left out: the one that fits the key; with `jwksUrl` RS256, ES256 and EdDSA. */
  readonly algorithms?: readonly string[];
  /** The claims that name tenant and groups: `tenant` and `groups`. */
  readonly tenantClaim?: string;
  readonly groupsClaim?: string;
}

/** What your own check says of a token. Without a tenant it is the one of everybody. */
export interface Authenticated {
  readonly userId: string;
  readonly tenant?: string;
  /** None, if left out. */
  readonly groups?: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
}

/** Null: nobody that is known here. */
export type Authenticate = (token: string) => Authenticated | null | Promise<Authenticated | null>;

/** Who is let in: one of `jwt`, `authenticate` and `insecureDev`. */
export interface AuthOptions {
  /** Tokens that somebody else gives to users. */
  readonly jwt?: JwtOptions;
  /** Tokens of any other kind. */
  readonly authenticate?: Authenticate;
  /** Everybody is let in and may do everything; such a server listens on this machine only. */
  readonly insecureDev?: boolean;
  /** Asked for each token, and every second for whoever is connected: has this user been locked out? */
  readonly isRevoked?: (principal: Principal) => boolean | Promise<boolean>;
}
