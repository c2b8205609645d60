import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { exportJWK, SignJWT } from 'jose';
import type { AuthOptions } from 'tiersync/server';
import { createSyncServer, MemorySyncStore } from 'tiersync/server';
import { expect, test } from 'vitest';
import { Authenticator } from '../../../src/server/auth/Authenticator.ts';
import { audience, closed, issuer, NetStage, next, secret, urlOf } from './NetStage.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const jwk = await exportJWK(pair.publicKey);
const privateJwk = await exportJWK(pair.privateKey);
const named = { issuer, audience };

const wrong: readonly [string, AuthOptions, RegExp][] = [
  ['no way at all', {}, /insecureDev/],
  ['two ways', { jwt: { secret, ...named }, authenticate: () => null }, /one of/],
  ['a way beside none', { authenticate: () => null, insecureDev: true }, /one of/],
  ['a short secret', { jwt: { secret: 'x'.repeat(31), ...named } }, /32 bytes/],
  ['no key', { jwt: { ...named } }, /one of secret/],
  ['two keys', { jwt: { secret, publicKey: pem, ...named } }, /one of secret/],
  ['no issuer', { jwt: { secret, issuer: '', audience } }, /issuer and audience/],
  ['no audience', { jwt: { secret, issuer, audience: [] } }, /issuer and audience/],
  ['a private key', { jwt: { publicKey: privateJwk, ...named } }, /must be public/],
  ['a secret as a key', { jwt: { publicKey: { kty: 'oct', k: 'AAAA' }, ...named } }, /must be public/],
  ['HS256 with a public key', { jwt: { publicKey: pem, algorithms: ['HS256'], ...named } }, /does not go/],
  ['ES256 with a secret', { jwt: { secret, algorithms: ['ES256'], ...named } }, /does not go/],
  ['alg none', { jwt: { secret, algorithms: ['none'], ...named } }, /does not go/],
  ['no algorithm', { jwt: { secret, algorithms: [], ...named } }, /does not go/],
];

test.each(wrong)('[AU4] a server with %s does not start', async (_, options, message) => {
  const attempt = createSyncServer({ store: new MemorySyncStore(), ...options });
  await expect(attempt).rejects.toThrow(TypeError);
  await expect(attempt).rejects.toThrow(message);
});

test('[AU5] a server that asks nobody is on this machine only, by its own names only', async () => {
  const stage = await NetStage.open({ insecureDev: true });
  await expect(stage.server.listen({ host: '0.0.0.0' })).rejects.toThrow(/this machine only/);
  const { url, host } = await stage.server.listen();
  expect(host).toBe('127.0.0.1');
  expect((await fetch(`${url}/v1/health`)).status).toBe(200);
  const body = { cursor: null };
  expect((await stage.ask('v1/pull', { body })).status).toBe(403);
  expect((await stage.ask('v1/pull', { body, headers: { host: 'localhost:4000' } })).status).toBe(200);
  const origin = { host: 'localhost:4000', origin: 'https://evil.test' };
  expect((await stage.ask('v1/pull', { body, headers: origin })).status).toBe(403);
  await stage.close();
  await expect(NetStage.open({ insecureDev: true, allowedOrigins: ['*'] })).rejects.toThrow(/every page/);
});

test('[AU6] keys that an issuer publishes are taken from there, and an issuer that does not answer is no refusal', async () => {
  const issuing = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'k1', alg: 'ES256' }] }));
  });
  const jwksUrl = await urlOf(issuing);
  const stage = await NetStage.open({ jwt: { jwksUrl, ...named } });
  const token = await new SignJWT({ sub: 'anna', iss: issuer, aud: audience, exp: stage.environment.now() / 1000 + 60 })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .sign(pair.privateKey);
  expect((await stage.ask('v1/pull', { token, body: { cursor: null } })).status).toBe(200);
  await closed(issuing);
  const away = await NetStage.open({ jwt: { jwksUrl, ...named } });
  const answer = await away.ask('v1/pull', { token, body: { cursor: null } });
  expect([answer.status, answer.json.error.code]).toEqual([503, 'unavailable']);
  await stage.close();
  await away.close();
});

test('[AU7] a check of your own says who somebody is, and odd answers let nobody in', async () => {
  const answers: { readonly [token: string]: unknown } = {
    anna: { userId: 'anna', tenant: 'acme', groups: ['crew'] },
    plain: { userId: 'anna' },
    nobody: null,
    nothing: undefined,
    no: false,
    nameless: { userId: '' },
    number: { userId: 7 },
    tenant: { userId: 'anna', tenant: '' },
    groups: { userId: 'anna', groups: 'crew' },
    application: { userId: 'anna', groups: ['$application'] },
    late: { userId: 'anna', expiresAt: 1 },
    odd: { userId: 'anna', expiresAt: Number.NaN },
  };
  const own = new Authenticator((token) => answers[token] as never, { tokenBytes: 100, now: () => 1_000 });
  expect(await own.principal('anna')).toEqual({ userId: 'anna', tenant: 'acme', groups: ['crew'] });
  expect(await own.principal('plain')).toEqual({ userId: 'anna', tenant: 'default', groups: [] });
  for (const token of Object.keys(answers).slice(2)) {
    await expect(own.principal(token), token).rejects.toMatchObject({ code: 'unauthorized' });
  }
  const broken = new Authenticator(() => Promise.reject(new Error('database at 10.0.0.1 is down')), {
    tokenBytes: 100,
    now: () => 1_000,
  });
  await expect(broken.principal('x')).rejects.toMatchObject({ code: 'unavailable' });
  await expect(broken.principal('x')).rejects.not.toThrow(/10\.0\.0\.1/);
});

test('[AU8] claims name tenant and groups, and one that was asked for by name must be there', async () => {
  const stage = await NetStage.open({
    jwt: { secret, ...named, tenantClaim: 'org', groupsClaim: 'roles' },
    permissions: [{ groupId: 'crew', collection: '*', actions: ['admin'] }],
  });
  const body = { groupId: 'x', collection: '*', actions: ['read'] };
  const ask = async (claims: object): Promise<number> =>
    (await stage.ask('v1/permissions', { token: await stage.token({ ...claims }), body })).status;
  expect(await ask({ org: 'acme', roles: ['crew'] })).toBe(200);
  expect(await ask({ org: 'acme', groups: ['crew'] })).toBe(403);
  expect(await ask({ tenant: 'acme', roles: ['crew'] })).toBe(401);
  expect(await ask({ org: 7, roles: ['crew'] })).toBe(401);
  expect(await stage.server.permissions.list('acme')).toHaveLength(1);
  expect(await stage.server.permissions.list('default')).toHaveLength(0);
  await stage.close();
});

test('[AU9] who was locked out is refused at once and loses the socket within a second', async () => {
  const out = new Set<string>();
  const stage = await NetStage.open({ isRevoked: async ({ userId }) => out.has(userId) });
  const url = await stage.listen();
  const anna = await stage.connected(url, await stage.token());
  const bert = await stage.connected(url, await stage.token({ sub: 'bert' }));
  out.add('anna');
  expect((await stage.ask('v1/pull', { token: await stage.token(), body: { cursor: null } })).status).toBe(401);
  const told = next<{ error: { code: string } }>(anna, 'tiersync:closing');
  const gone = next(anna, 'disconnect');
  await stage.environment.advance(1_000);
  expect((await told).error.code).toBe('unauthorized');
  await gone;
  expect(bert.connected).toBe(true);
  await stage.close();
});

test('[AU10] a socket is closed when its token runs out, within a second of the 5 s that clocks may disagree', async () => {
  const stage = await NetStage.open();
  const url = await stage.listen();
  const short = await stage.connected(url, await stage.token({ exp: stage.environment.now() / 1000 + 60 }));
  const long = await stage.connected(url, await stage.token());
  let reason: unknown = null;
  short.on('tiersync:closing', (said: unknown) => {
    reason = said;
  });
  await stage.environment.advance(64_900);
  expect(stage.server.sockets.count).toBe(2);
  const gone = next(short, 'disconnect');
  await stage.environment.advance(1_100);
  await gone;
  expect(reason).toMatchObject({ error: { code: 'unauthorized' } });
  expect(long.connected).toBe(true);
  await stage.close();
});

test('[AU3] a token in an address is none', async () => {
  const stage = await NetStage.open();
  const url = await stage.listen();
  const token = await stage.token();
  expect((await stage.ask(`v1/pull?token=${token}&access_token=${token}`, { body: { cursor: null } })).status).toBe(
    401,
  );
  const refused = stage.connected(url, undefined, { query: { token, auth: token } });
  await expect(refused).rejects.toMatchObject({ data: { code: 'unauthorized' } });
  const byHeader = { extraHeaders: { authorization: `Bearer ${token}` } };
  expect((await stage.connected(url, undefined, byHeader)).connected).toBe(true);
  await stage.close();
});

test('[AU11] the name of a device proves nothing: what others wrote under it stays theirs', async () => {
  const stage = await NetStage.open({ permissions: [{ userId: 'anna', collection: '*', actions: ['read', 'write'] }] });
  const stranger = await stage.token({ sub: 'bert' });
  const entity = { id: 'a', createdAt: '2026-05-17T12:00:00.000Z', updatedAt: '2026-05-17T12:00:00.000Z', version: 1 };
  const body = { since: null, device: 'annas-phone', changes: [{ key: 'app.global', name: 'Note', entity }] };
  expect((await stage.ask('v1/push', { token: await stage.token(), body })).json.results).toEqual(['applied']);
  const forged = { ...body, changes: [{ ...body.changes[0], entity: { ...entity, version: 2, title: 'forged' } }] };
  const answer = await stage.ask('v1/push', { token: stranger, body: forged });
  expect(answer.json.results).toMatchObject([{ rejected: { code: 'auth-needed' } }]);
  await stage.close();
});
