// Who signs the tokens of the load, and how a server is to check them.
import { SignJWT } from 'jose';

const secret = 'a secret of the load that is long enough';

export const jwt = { secret, issuer: 'load', audience: 'load' };

export const tokenOf = (tenant, userId) =>
  new SignJWT({ tenant, sub: userId })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(jwt.issuer)
    .setAudience(jwt.audience)
    .setExpirationTime('2h')
    .sign(new TextEncoder().encode(secret));
