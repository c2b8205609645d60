import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { note, wire } from '../support.ts';
import { NetStage } from './NetStage.ts';

let stage: NetStage;
let token: string;
afterEach(() => stage.close());

const open = async (options: Parameters<typeof NetStage.open>[0] = {}): Promise<void> => {
  stage = await NetStage.open({ everyone: ['read', 'write', 'delete'], ...options });
  token = await stage.token();
};

test('[SH1] each operation has its path, takes JSON by POST, and answers nobody without a token', async () => {
  await open();
  const requests = {
    pull: { cursor: null },
    metadata: {},
    keys: { keys: ['app.global'] },
    push: { since: null, device: 'd', changes: [wire(note('a', 0))] },
  };
  for (const [operation, body] of Object.entries(requests)) {
    const answer = await stage.ask(`v1/${operation}`, { token, body });
    expect(answer.status, operation).toBe(200);
    expect(answer.json.now).toBe(stage.environment.now());
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const anonymous = await stage.ask(`v1/${operation}`, { body });
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await stage.ask(`v1/${operation}`, { token })).status).toBe(405);
    const text = await stage.ask(`v1/${operation}`, { token, body, headers: { 'content-type': 'text/plain' } });
    expect(text.status).toBe(415);
  }
  for (const path of ['', 'v1', 'v1/nothing', 'v2/pull', 'v1/pull/more', 'v1/collections', 'v1/collections/a/b/c/d']) {
    expect((await stage.ask(path, { token })).status, path).toBe(404);
  }
  expect((await stage.ask('v1/collections/%zz/documents', { token })).status).toBe(400);
});

test('[SH3] a body that is no JSON, or is not what its header says, is refused', async () => {
  await open();
  const ask = (body: BodyInit, headers: Record<string, string> = {}): Promise<number> =>
    stage.server
      .handler(
        new Request('http://server.test/sync/v1/pull', {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
          body,
        }),
      )
      .then(({ status }) => status);
  expect(await ask('{"cursor":')).toBe(400);
  expect(await ask('')).toBe(400);
  expect(await ask(gzipSync('{"cursor":null}'), { 'content-encoding': 'gzip' })).toBe(200);
  expect(await ask('{"cursor":null}', { 'content-encoding': 'gzip' })).toBe(400);
  expect(await ask('{"cursor":null}', { 'content-encoding': 'br' })).toBe(415);
});

test('[SH4] pages of the same host and of the list may ask, all others may not', async () => {
  await open({ allowedOrigins: ['https://app.example.com'] });
  const ask = (origin: string, method = 'POST'): ReturnType<NetStage['ask']> =>
    stage.ask('v1/pull', {
      method,
      token,
      headers: { origin },
      ...(method === 'POST' ? { body: { cursor: null } } : {}),
    });
  const listed = await ask('https://app.example.com');
  expect(listed.status).toBe(200);
  expect(listed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(listed.headers.get('vary')).toBe('Origin');
  expect((await ask('http://server.test')).status).toBe(200);
  for (const origin of ['https://evil.test', 'https://app.example.com.evil.test', 'http://app.example.com', 'null']) {
    const refused = await ask(origin);
    expect(refused.status, origin).toBe(403);
    expect(refused.headers.get('access-control-allow-origin')).toBe(null);
  }
  const asked = await ask('https://app.example.com', 'OPTIONS');
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-headers')).toContain('Authorization');
  const url = await stage.listen();
  const from = (origin: string, transport: string): Promise<unknown> =>
    stage.connected(url, token, { extraHeaders: { origin }, transports: [transport] });
  for (const transport of ['polling', 'websocket']) {
    await expect(from('https://evil.test', transport)).rejects.toThrow();
    expect(await from('https://app.example.com', transport)).toMatchObject({ connected: true });
  }
});

test('[SH4] every page may ask if the list says so, and none with cookies', async () => {
  await open({ allowedOrigins: ['*'] });
  const answer = await stage.ask('v1/pull', { token, body: { cursor: null }, headers: { origin: 'https://any.test' } });
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(answer.headers.get('access-control-allow-credentials')).toBe(null);
  await expect(NetStage.open({ allowedOrigins: ['app.example.com'] })).rejects.toThrow(/write an origin/);
});

test('[SH5] documents are read and written one by one, and devices get what was written', async () => {
  await open();
  const place = 'v1/collections/Note/documents';
  const put = (id: string, body: unknown): ReturnType<NetStage['ask']> =>
    stage.ask(`${place}/${id}`, { token, method: 'PUT', body });
  const made = await put('a', { title: 'one', id: 'other', version: 99 });
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({ id: 'a', collection: 'Note', data: { title: 'one' }, metadata: { version: 1 } });
  const changed = await put('a', { title: 'two' });
  expect(changed.status).toBe(200);
  expect(changed.json).toMatchObject({ data: { title: 'two' }, metadata: { version: 2 } });
  expect((await put('a', { title: 'two' })).json).toEqual(changed.json);
  expect((await stage.ask(`${place}/a`, { token })).json).toEqual(changed.json);
  const { cursor } = (await stage.ask('v1/pull', { token, body: { cursor: null } })).json;
  await put('b', { title: 'three' });
  await put('c', {});
  const pulled = await stage.ask('v1/pull', { token, body: { cursor } });
  expect(pulled.json.changes).toMatchObject([{ entity: { id: 'b', title: 'three' } }, { entity: { id: 'c' } }]);

  const first = (await stage.ask(`${place}?limit=2`, { token })).json;
  expect(first.documents.map((each: { id: string }) => each.id)).toEqual(['a', 'b']);
  const rest = (await stage.ask(`${place}?limit=2&after=${encodeURIComponent(first.next)}`, { token })).json;
  expect([rest.documents.length, rest.next]).toEqual([1, null]);

  expect((await stage.ask(`${place}/a`, { token, method: 'DELETE' })).json).toMatchObject({ deleted: true });
  expect((await stage.ask(`${place}/a`, { token, method: 'DELETE' })).status).toBe(404);
  expect((await stage.ask(`${place}/a`, { token })).status).toBe(404);
  const gone = (await stage.ask('v1/collections/Note/deletions', { token })).json;
  expect(gone.deletions).toMatchObject([{ id: 'a' }]);
  expect((await put('a', {})).json.metadata.version).toBe(1);
});

test('[SH5] what cannot be a document is refused with the reason', async () => {
  await open();
  const ask = async (path: string, body: unknown = {}): Promise<string> => {
    const { status, json } = await stage.ask(`v1/collections/${path}`, { token, method: 'PUT', body });
    return `${status} ${json.error.message}`;
  };
  expect(await ask('$x/documents/a')).toMatch(/^400 the collection .*reserved/);
  expect(await ask('Note/documents/__proto__')).toMatch(/^400 the id/);
  expect(await ask('Note/documents/a', [])).toMatch(/^400 the body must be an object/);
  expect(await ask('Note/documents/a', { ['f'.repeat(129)]: 1 })).toMatch(/^400 the name of a field/);
  for (const limit of ['0', '501', '-1', '1e2', 'x', '']) {
    const { status } = await stage.ask(`v1/collections/Note/documents?limit=${limit}`, { token });
    expect(status, limit).toBe(400);
  }
  await stage.close();
  await open({ prefix: undefined as unknown as string });
  expect(await ask('Note/documents/a')).toMatch(/^400 this server does not know the keys/);
});

test('[SH6] permissions are granted and revoked by those who administer what they are about', async () => {
  await open({ everyone: [], permissions: [{ userId: 'root', collection: '*', actions: ['admin'] }] });
  const root = await stage.token({ sub: 'root' });
  const line = { userId: 'anna', collection: 'Note', actions: ['admin'] };
  const change = async (method: string, by: string, body: unknown): Promise<number> =>
    (await stage.ask('v1/permissions', { method, token: by, body })).status;
  const read = async (path: string): Promise<number> => (await stage.ask(path, { token })).status;
  expect(await change('POST', token, line)).toBe(403);
  expect(await change('POST', root, line)).toBe(200);
  expect(await change('POST', token, { userId: 'bert', collection: 'Note', actions: ['read'] })).toBe(200);
  expect(await change('POST', token, { userId: 'anna', collection: '*', actions: ['read'] })).toBe(403);
  expect(await change('POST', token, { userId: 'anna', collection: 'Task', actions: ['read'] })).toBe(403);
  for (const body of [
    null,
    5,
    [],
    {},
    { ...line, actions: ['fly'] },
    { ...line, userId: '' },
    { ...line, groupId: 'x' },
  ]) {
    expect([400, 403]).toContain(await change('POST', root, body));
  }
  expect(await read('v1/permissions')).toBe(403);
  expect(await read('v1/permissions?collection=Note')).toBe(200);
  const all = await stage.ask('v1/permissions', { token: root });
  expect(all.json.permissions).toHaveLength(2);
  expect(await change('DELETE', root, line)).toBe(200);
  expect(await read('v1/permissions?collection=Note')).toBe(403);
});

test('[SH9] what may not be seen looks as if it were not there', async () => {
  await open({
    everyone: [],
    permissions: [
      { userId: 'anna', collection: 'Note', itemId: 'mine', actions: ['read', 'write', 'delete'] },
      { userId: 'bert', collection: '*', actions: ['read', 'write', 'delete'] },
    ],
  });
  const bert = await stage.token({ sub: 'bert' });
  const place = 'v1/collections/Note/documents';
  for (const id of ['mine', 'secret']) {
    expect((await stage.ask(`${place}/${id}`, { token: bert, method: 'PUT', body: {} })).status).toBe(201);
  }
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const [secret, absent] = await Promise.all(
      ['secret', 'absent'].map(async (id) => {
        const asked = method === 'PUT' ? { method, body: {} } : { method };
        const { status, text } = await stage.ask(`${place}/${id}`, { token, ...asked });
        return [status, text];
      }),
    );
    expect(secret, method).toEqual(absent);
    expect([403, 404]).toContain(secret![0]);
  }
  const listed = await stage.ask(place, { token });
  expect(listed.json.documents.map((each: { id: string }) => each.id)).toEqual(['mine']);
  await stage.ask(`${place}/secret`, { token: bert, method: 'DELETE' });
  expect((await stage.ask('v1/collections/Note/deletions', { token })).json.deletions).toEqual([]);
});

test('[SH10] its health is told to everybody, and nothing else with it', async () => {
  await open();
  const health = await stage.ask('v1/health');
  expect([health.status, health.json]).toEqual([200, { status: 'ok' }]);
});
