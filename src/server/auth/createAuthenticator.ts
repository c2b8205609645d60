import { Authenticator } from './Authenticator.ts';
import type { Authenticate, Authenticated, AuthOptions } from './AuthOptions.ts';
import { jwtVerifier } from './jwtVerifier.ts';

/** Of whoever uses a server that checks nobody. */
const developer: Authenticated = { userId: 'developer' };

/** By whichever way was chosen. A server that asks nobody who they are does not start without saying that it means it. */
export async function createAuthenticator(
  options: AuthOptions,
  tokenBytes: number,
  now: () => number,
): Promise<Authenticator> {
  const { jwt, authenticate, insecureDev = false } = options;
  const ways = [jwt, authenticate, insecureDev || undefined].filter((way) => way !== undefined).length;
  if (ways === 0) {
    throw new TypeError(
      'Nobody would be asked who they are: give jwt or authenticate, or insecureDev: true for this machine alone.',
    );
  }
  if (ways > 1) throw new TypeError('Give one of jwt, authenticate and insecureDev.');
  const verify: Authenticate = jwt !== undefined ? await jwtVerifier(jwt, now) : (authenticate ?? (() => developer));
  return new Authenticator(verify, { ...options, tokenBytes, now });
}
