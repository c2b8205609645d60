import { createServer, type Server as HttpServer } from 'node:http';
import { getRequestListener, serve } from '@hono/node-server';
import { Elysia } from 'elysia';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import type { SyncServer } from 'tiersync/server';
import { afterEach, expect, test } from 'vitest';
import { closed, NetStage, urlOf } from './NetStage.ts';

/** A program that has a page of its own at /hello, and our server mounted beside it. */
type Mount = (server: SyncServer) => Promise<{ url: string; end: () => Promise<void> }>;

async function at(http: HttpServer, server: SyncServer): ReturnType<Mount> {
  server.attach(http);
  return { url: await urlOf(http), end: () => closed(http) };
}

const mounts: { readonly [framework: string]: Mount } = {
  'plain http': (server) =>
    at(
      createServer((request, response) => {
        server.nodeListener(request, response, () => response.end('hello'));
      }),
      server,
    ),
  'Express 5': (server) => {
    const app = express();
    app.use(server.nodeListener);
    app.get('/hello', (_, response) => void response.send('hello'));
    return at(createServer(app), server);
  },
  'Express 5, mounted at the path': (server) => {
    const app = express();
    app.use('/sync', server.nodeListener);
    app.get('/hello', (_, response) => void response.send('hello'));
    return at(createServer(app), server);
  },
  'Express 5 behind express.json()': (server) => {
    const app = express();
    app.use(express.json());
    app.use(server.nodeListener);
    app.get('/hello', (_, response) => void response.send('hello'));
    return at(createServer(app), server);
  },
  Fastify: async (server) => {
    const app = fastify();
    app.addHook('onRequest', (request, reply, done) => {
      if (!request.url.startsWith('/sync')) return done();
      reply.hijack();
      server.nodeListener(request.raw, reply.raw);
    });
    app.get('/hello', async () => 'hello');
    server.attach(app.server);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return { url, end: () => app.close() };
  },
  Hono: async (server) => {
    const app = new Hono();
    app.all('/sync/*', (context) => server.handler(context.req.raw));
    app.get('/hello', (context) => context.text('hello'));
    const http = await new Promise<HttpServer>((resolve) => {
      const made = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(made)) as HttpServer;
    });
    server.attach(http);
    return { url: `http://127.0.0.1:${(http.address() as { port: number }).port}`, end: () => closed(http) };
  },
  Elysia: (server) => {
    // As documented for Node: its own adapter shows no server to attach sockets to.
    const app = new Elysia()
      .all('/sync/*', ({ request }) => server.handler(request), { parse: 'none' })
      .get('/hello', () => 'hello');
    return at(createServer(getRequestListener((request) => app.fetch(request))), server);
  },
};

let stage: NetStage;
let end: () => Promise<void> = async () => {};
afterEach(async () => {
  await stage.close();
  await end();
});

test.each(Object.keys(mounts))(
  '[SH2] mounted in %s: a request, a foreign page and sockets on one port',
  async (name) => {
    stage = await NetStage.open({ everyone: ['read', 'write'] });
    const mounted = await mounts[name]!(stage.server);
    end = mounted.end;
    const token = await stage.token();
    const post = await fetch(`${mounted.url}/sync/v1/pull`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ cursor: null }),
    });
    expect(await post.json()).toMatchObject({ reach: 'first', cursor: { seq: 0 } });
    const put = await fetch(`${mounted.url}/sync/v1/collections/Note/documents/a`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ title: 'one' }),
    });
    expect(put.status).toBe(201);
    expect(await (await fetch(`${mounted.url}/hello`)).text()).toBe('hello');
    for (const transport of ['polling', 'websocket']) {
      const socket = await stage.connected(mounted.url, token, { transports: [transport] });
      expect(await socket.emitWithAck('pull', { cursor: null })).toMatchObject({ cursor: { seq: 1 } });
    }
  },
);

test('[SH2] it listens by itself, at a free port unless told', async () => {
  stage = await NetStage.open();
  const { url, port } = await stage.server.listen({ host: '127.0.0.1' });
  expect(url).toBe(`http://127.0.0.1:${port}/sync`);
  expect(await (await fetch(`${url}/v1/health`)).json()).toEqual({ status: 'ok' });
  expect((await stage.connected(new URL(url).origin, await stage.token())).connected).toBe(true);
});

test('[SH2] it can be mounted at another path, or at the root', async () => {
  stage = await NetStage.open({ path: 'a/b/' });
  const ask = (path: string): Promise<Response> => stage.server.handler(new Request(`http://server.test${path}`));
  expect((await ask('/a/b/v1/health')).status).toBe(200);
  expect((await ask('/sync/v1/health')).status).toBe(404);
  await stage.close();
  stage = await NetStage.open({ path: '/' });
  expect((await ask('/v1/health')).status).toBe(200);
});
