import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audience, issuer, NetStage, next, signed } from './NetStage.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const strangers = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const now = Math.floor(Date.parse('2026-05-17T12:00:00.000Z') / 1000);
const good = { sub: 'anna', iss: issuer, aud: audience, exp: now + 3600 };

const by = (key = pair.privateKey, claims: object = {}, kid = 'k1'): Promise<string> => {
  const all = Object.entries({ ...good, ...claims }).filter(([, value]) => value !== undefined);
  return new SignJWT(Object.fromEntries(all)).setProtectedHeader({ alg: 'ES256', kid }).sign(key);
};

const bad: { readonly [what: string]: () => unknown } = {
  missing: () => undefined,
  'not a text': () => 42,
  'of 100 KB': () => 'x'.repeat(100 * 1024),
  malformed: () => 'not.a.token',
  'signed by a stranger': () => by(strangers.privateKey),
  'with alg none': () => new UnsecuredJWT(good).setIssuer(issuer).encode(),
  'signed with the public key as a secret': () => signed(good, pem, { kid: 'k1' }),
  'expired more than 5 s ago': () => by(pair.privateKey, { exp: now - 6 }),
  'not valid yet': () => by(pair.privateKey, { nbf: now + 60 }),
  'of another issuer': () => by(pair.privateKey, { iss: 'https://other.test' }),
  'for another audience': () => by(pair.privateKey, { aud: 'others' }),
  'without exp': () => by(pair.privateKey, { exp: undefined }),
  'without sub': () => by(pair.privateKey, { sub: undefined }),
  'of an unknown key': () => by(pair.privateKey, {}, 'k2'),
};

let stage: NetStage;
let url: string;

beforeAll(async () => {
  const publicKey = [{ ...(await exportJWK(pair.publicKey)), kid: 'k1' }];
  stage = await NetStage.open({ jwt: { publicKey, issuer, audience }, limits: { failuresPerMinute: 1_000 } });
  url = await stage.listen();
});
afterAll(() => stage.close());

/** What each door says to a token; null: come in. */
const doors: { readonly [door: string]: (token: unknown) => Promise<string | null> } = {
  'by HTTP': async (token) => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/sync/v1/pull`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: '{"cursor":null}',
    }).catch(() => null);
    // Node itself refuses headers of that size.
    if (response === null || response.status === 431) return 'unauthorized';
    return response.ok ? null : ((await response.json()) as { error: { code: string } }).error.code;
  },
  'by polling': (token) => bySocket(token, 'polling'),
  'by socket': (token) => bySocket(token, 'websocket'),
};

async function bySocket(token: unknown, transport: string): Promise<string | null> {
  const socket = stage.socket(url, token, { transports: [transport] });
  const refused = next<Error & { data: { code: string } }>(socket, 'connect_error');
  const welcomed = next(socket, 'connect').then(() => null);
  socket.connect();
  const error = await Promise.race([refused, welcomed]);
  socket.disconnect();
  return error === null ? null : error.data.code;
}

describe.each(Object.keys(doors))('%s', (door) => {
  const knock = doors[door]!;

  test.each(Object.keys(bad))('[AU1] a token that is %s is refused', async (what) => {
    expect(await knock(await bad[what]!())).toBe('unauthorized');
  });

  test('[AU2] a good token is let in, also up to 5 s after its time', async () => {
    expect(await knock(await by())).toBe(null);
    expect(await knock(await by(pair.privateKey, { exp: now - 4 }))).toBe(null);
  });
});

test('[AU3] no token stands in the log', () => {
  expect(stage.log.filter((line) => line.includes('eyJ'))).toEqual([]);
  expect(() => stage.assertNoTokenLogged()).not.toThrow();
});
