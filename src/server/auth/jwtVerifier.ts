import { Denial } from '../Denial.ts';
import { needed } from '../needed.ts';
import type { Authenticated, JwtOptions } from './AuthOptions.ts';
import { jwtKeys } from './jwtKeys.ts';

/** How far clocks may disagree. */
const toleranceMs = 5_000;

/** The issuer could not be asked for its keys: that says nothing about the token. */
const notAsked = ['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID'];

/** Checks tokens by keys, issuer and audience; null for any that does not stand up to it. */
export async function jwtVerifier(
  options: JwtOptions,
  now: () => number,
): Promise<(token: string) => Promise<Authenticated | null>> {
  const { issuer, audience, tenantClaim = 'tenant', groupsClaim = 'groups' } = options;
  // Any issuer's token for any other service would do without these.
  if (isEmpty(issuer) || isEmpty(audience)) throw new TypeError('jwt: say which issuer and audience a token must name');
  const jose = await needed('jose', () => import('jose'));
  const { key, algorithms } = jwtKeys(jose, options);
  const claims = { issuer, audience, algorithms, requiredClaims: ['exp', 'sub'], clockTolerance: toleranceMs / 1_000 };
  return async (token) => {
    const verified = { ...claims, currentDate: new Date(now()) };
    try {
      const { payload } = await jose.jwtVerify(token, key as Parameters<typeof jose.jwtVerify>[1], verified);
      const { sub, exp, [tenantClaim]: tenant, [groupsClaim]: groups } = payload;
      if (options.tenantClaim !== undefined && tenant === undefined) return null;
      return {
        userId: sub as string,
        expiresAt: (exp as number) * 1_000 + toleranceMs,
        ...(tenant === undefined ? {} : { tenant: tenant as string }),
        ...(groups === undefined ? {} : { groups: groups as readonly string[] }),
      };
    } catch (error) {
      const { code } = Object(error) as { readonly code?: unknown };
      const isOfToken = typeof code === 'string' && code.startsWith('ERR_J') && !notAsked.includes(code);
      if (isOfToken) return null;
      throw new Denial('unavailable', 'tokens cannot be checked now; try again later', { cause: error });
    }
  };
}

const isEmpty = (given: unknown): boolean => given === undefined || given === '' || [given].flat().length === 0;
