import { createPublicKey, type KeyObject } from 'node:crypto';
import type { CryptoKey, JWK, JWTVerifyGetKey } from 'jose';
import type { JwtOptions } from './AuthOptions.ts';

type Jose = typeof import('jose');

/** What a signature is checked with, and by which algorithms and no others. */
export interface JwtKeys {
  readonly key: Uint8Array | KeyObject | CryptoKey | JWTVerifyGetKey;
  readonly algorithms: string[];
}

const shortestSecret = 32;
const published = ['RS256', 'ES256', 'EdDSA'];

export function jwtKeys(jose: Jose, { secret, publicKey, jwksUrl, algorithms }: JwtOptions): JwtKeys {
  if ([secret, publicKey, jwksUrl].filter((given) => given !== undefined).length !== 1) {
    throw new TypeError('jwt: give one of secret, publicKey and jwksUrl');
  }
  const keys = secret !== undefined ? ofSecret(secret) : ofIssuer(jose, publicKey, jwksUrl);
  const chosen = algorithms === undefined ? keys.algorithms : [...algorithms];
  const wrong = chosen.find((name) => /^HS/.test(name) !== (secret !== undefined) || !/^[A-Z]/.test(name));
  if (wrong === undefined && chosen.length > 0) return { ...keys, algorithms: chosen };
  // Or a public key would do as a secret, which everybody knows.
  throw new TypeError(`jwt.algorithms: ${wrong ?? 'none at all'} does not go with this kind of key`);
}

function ofSecret(secret: string | Uint8Array): JwtKeys {
  const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  if (key.length >= shortestSecret) return { key, algorithms: ['HS256'] };
  throw new TypeError(`jwt.secret must have at least ${shortestSecret} bytes; a shorter one can be guessed`);
}

function ofIssuer(jose: Jose, publicKey: JwtOptions['publicKey'], jwksUrl: JwtOptions['jwksUrl']): JwtKeys {
  if (jwksUrl !== undefined) return { key: jose.createRemoteJWKSet(new URL(jwksUrl)), algorithms: published };
  if (typeof publicKey === 'string') return ofKeyObject(createPublicKey(publicKey));
  if (publicKey instanceof globalThis.CryptoKey) return ofCryptoKey(publicKey);
  const jwks = Array.isArray(publicKey) ? (publicKey as readonly JWK[]) : [publicKey as JWK];
  const secretOnes = jwks.some((jwk) => jwk.kty === 'oct' || jwk.d !== undefined);
  if (secretOnes) throw new TypeError('jwt.publicKey must be public: leave the private part where tokens are signed');
  const algorithms = jwks.map((jwk) => jwk.alg ?? algorithmOf(createPublicKey({ key: jwk as never, format: 'jwk' })));
  // Looked up by the `kid` of the token, so that one that names an unknown key is refused.
  return { key: jose.createLocalJWKSet({ keys: [...jwks] }), algorithms: [...new Set(algorithms)] };
}

const ofKeyObject = (key: KeyObject): JwtKeys => ({ key, algorithms: [algorithmOf(key)] });

function ofCryptoKey(key: globalThis.CryptoKey): JwtKeys {
  const { name, namedCurve } = key.algorithm as { readonly name: string; readonly namedCurve?: string };
  const found = name === 'ECDSA' ? byCurve[namedCurve ?? ''] : byCryptoName[name];
  if (found === undefined || key.type !== 'public') throw unknownKind();
  return { key: key as CryptoKey, algorithms: [found] };
}

const byCryptoName: { readonly [name: string]: string } = {
  'RSASSA-PKCS1-v1_5': 'RS256',
  'RSA-PSS': 'PS256',
  Ed25519: 'EdDSA',
};
const byCurve: { readonly [name: string]: string } = {
  'P-256': 'ES256',
  prime256v1: 'ES256',
  'P-384': 'ES384',
  secp384r1: 'ES384',
  'P-521': 'ES512',
  secp521r1: 'ES512',
};

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  const found =
    asymmetricKeyType === 'rsa'
      ? 'RS256'
      : asymmetricKeyType === 'ed25519'
        ? 'EdDSA'
        : byCurve[asymmetricKeyDetails?.namedCurve ?? ''];
  if (found === undefined) throw unknownKind();
  return found;
}

const unknownKind = (): TypeError => new TypeError('jwt.publicKey must be a public RSA, EC (P-256 ...) or Ed25519 key');
