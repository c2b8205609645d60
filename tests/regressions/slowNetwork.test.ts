import { expect, test } from 'vitest';
import { S3FetchBucket } from '../../src/adapters/S3FetchBucket.ts';
import { HttpTransport } from '../../src/client/transports/HttpTransport.ts';
import type { OpenSocket } from '../../src/client/transports/SocketChannel.ts';
import { SocketTransport } from '../../src/client/transports/SocketTransport.ts';
import type { Token } from '../../src/client/transports/Token.ts';
import { noTraffic } from '../../src/util/traffic.ts';
import { TestEnvironment } from '../support/TestEnvironment.ts';

const megabyte = 1024 * 1024;
/** What is beyond 64 KB. */
const eightKilobytesASecond = (bytes: number): number => (bytes - 65_536) / 8;

/** What is asked waits until it is answered; a body of some length then waits once more. */
function slow() {
  const environment = new TestEnvironment();
  let answer: (response: Response) => void = () => {};
  let asked: () => void = () => {};
  let finish: () => void = () => {};
  const begun = (bytes: number): Response => {
    const body = new ReadableStream({
      start: (controller) => {
        finish = () => {
          controller.enqueue(new TextEncoder().encode('{}'));
          controller.close();
        };
      },
    });
    return new Response(body, { headers: { etag: '"1"', 'content-length': String(bytes) } });
  };
  return {
    environment,
    fetch: () =>
      new Promise<Response>((resolve) => {
        answer = resolve;
        asked();
      }),
    nextRequest: () => new Promise<void>((resolve) => (asked = resolve)),
    answer: (response: Response) => answer(response),
    begin: (bytes: number) => answer(begun(bytes)),
    finish: () => finish(),
  };
}

test('[AD112] what is large is put and read over a slow network, and is given up where that carries next to nothing', async () => {
  const { environment, fetch, nextRequest, answer, begin, finish } = slow();
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const endpoint = 'https://s3.test';
  const bucket = new S3FetchBucket({ bucket: 'b', endpoint, credentials, etagStyle: 'quoted', fetch, environment });
  const bytes = new Uint8Array(8 * megabyte);
  for (const isInTime of [true, false]) {
    const asked = nextRequest();
    const put = bucket.put('a', bytes).catch((error: unknown) => error);
    await asked;
    await environment.advance(60_000 + eightKilobytesASecond(bytes.length) - (isInTime ? 1 : 0));
    answer(new Response('', { headers: { etag: '"1"' } }));
    expect(await put).toMatchObject(isInTime ? { version: expect.any(String) } : { code: 'unavailable' });
  }
  for (const isInTime of [true, false]) {
    const asked = nextRequest();
    const got = bucket.get('a').catch((error: unknown) => error);
    await asked;
    await environment.advance(59_999);
    begin(bytes.length);
    await environment.advance(60_000 + eightKilobytesASecond(bytes.length) - (isInTime ? 1 : 0));
    finish();
    expect(await got).toMatchObject(isInTime ? { bytes: expect.anything() } : { code: 'unavailable' });
  }
  expect(environment.timers).toBe(0);
});

const token = { get: async () => null } as unknown as Token;

function httpOf({ fetch, environment }: Pick<ReturnType<typeof slow>, 'fetch' | 'environment'>): HttpTransport {
  return new HttpTransport({ url: '/sync', token, fetch, timeoutMs: 60_000, environment, meter: noTraffic() });
}

test('[SC49] a large answer of a server comes over a slow network', async () => {
  const network = slow();
  const { environment, nextRequest, begin, finish } = network;
  for (const isInTime of [true, false]) {
    const asked = nextRequest();
    const answered = httpOf(network)
      .ask('keys', {})
      .catch((error: unknown) => error);
    await asked;
    begin(4 * megabyte);
    await environment.advance(60_000 + eightKilobytesASecond(4 * megabyte) - (isInTime ? 1 : 0));
    finish();
    expect(await answered).toEqual(isInTime ? {} : expect.objectContaining({ code: 'unavailable' }));
  }
  expect(environment.timers).toBe(0);
});

test('[SC49] a large question reaches a server over a slow network', async () => {
  const network = slow();
  const asked = network.nextRequest();
  const answered = httpOf(network).ask('push', { changes: 'x'.repeat(megabyte) });
  await asked;
  await network.environment.advance(60_000 + eightKilobytesASecond(megabyte));
  network.answer(new Response('{}'));
  expect(await answered).toEqual({});
});

/** A socket that is let in, and whose every later answer takes too long. */
class StuckSocket {
  connected = false;
  readonly io = { on: () => {} };
  readonly #listeners = new Map<string, () => void>();

  on(event: string, listener: () => void): void {
    this.#listeners.set(event, listener);
  }

  connect(): void {
    this.connected = true;
    this.#listeners.get('connect')?.();
  }

  disconnect(): void {
    this.connected = false;
  }

  timeout() {
    const cursor = { lineage: 'l', view: 'v', seq: 0 };
    return {
      emitWithAck: async (operation: string) => {
        if (operation === 'subscribe') return { now: 0, cursor };
        throw new Error('operation has timed out');
      },
    };
  }
}

test('[SC49] what takes too long for a socket is asked for by HTTP', async () => {
  const { environment, fetch, nextRequest, answer } = slow();
  const http = httpOf({ fetch, environment });
  const transport = new SocketTransport({
    ...{ url: 'https://sync.test/sync', token, timeoutMs: 60_000, reconnectDelayMs: 1_000, frameBytes: 1_000 },
    ...{ environment, meter: noTraffic(), http },
    load: async () => (() => new StuckSocket()) as unknown as OpenSocket,
  });
  const listening = transport.listen({ device: 'd', collections: [], cursor: () => null, onEvent: () => {} });
  await environment.advance(0);
  const asked = nextRequest();
  const answered = transport.ask('keys', {});
  await asked;
  answer(new Response('{"changes":[]}'));
  expect(await answered).toEqual({ changes: [] });
  listening.stop();
});
