import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsV4Signer } from 'aws4fetch';
import type { S3Server } from './s3Server.ts';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Buffer;
}

/** What becomes of one request. Whatever is none of these is passed on as it is. */
export interface Fault {
  /** Said in the store's place, which learns nothing. */
  readonly answer?: Answer;
  /** The store does it, and the connection breaks: before the answer, or in the middle of it. */
  readonly breaks?: 'before the answer' | 'in the answer';
  /** The store does it, and the answer never comes, or stops in the middle. */
  readonly stalls?: 'before the answer' | 'in the answer';
  /** The headers that reach the store, changed on the way; the request is signed again. */
  readonly headers?: (headers: Headers) => void;
  /** The answer, changed on the way. */
  readonly changed?: (answer: Required<Answer>) => Answer;
}

/** Stands before an S3 store and does what that store never does by itself. */
export class FaultyProxy {
  readonly seen: SeenRequest[] = [];
  /** What becomes of each request; nothing unless told. */
  fault: (request: SeenRequest) => Fault | undefined = () => undefined;
  #onStall: () => void = () => {};
  readonly #store: S3Server;
  readonly #server: Server;

  private constructor(store: S3Server) {
    this.#store = store;
    this.#server = createServer((incoming, outgoing) => {
      // Somebody who tests a broken connection breaks it here too.
      this.#serve(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  static async start(store: S3Server): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(store);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get endpoint(): string {
    const { port } = this.#server.address() as AddressInfo;
    const { pathname } = new URL(this.#store.endpoint);
    return `http://127.0.0.1:${port}${pathname}`;
  }

  /** When the next answer has stalled. */
  nextStall(): Promise<void> {
    return new Promise((resolve) => {
      this.#onStall = resolve;
    });
  }

  /** The next requests fare as told, one each; those after them well. */
  next(...faults: Fault[]): void {
    this.fault = () => faults.shift();
  }

  reset(): void {
    this.seen.length = 0;
    this.fault = () => undefined;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '' } = incoming;
    const headers = new Headers(incoming.headers as Record<string, string>);
    const seen: SeenRequest = { method, url, headers, body: await bodyOf(incoming) };
    const fault = this.fault(seen) ?? {};
    this.seen.push(seen);
    if (fault.answer !== undefined) return send(outgoing, fault.answer);
    const answer = await this.#forward(seen, fault.headers);
    if (fault.breaks === 'before the answer') return void outgoing.destroy();
    if (fault.stalls === 'before the answer') return this.#onStall();
    if (fault.breaks !== undefined || fault.stalls !== undefined) {
      const half = Buffer.from(answer.body).subarray(0, answer.body.length / 2);
      outgoing.writeHead(answer.status, answer.headers);
      outgoing.write(half, () => (fault.breaks ? outgoing.destroy() : this.#onStall()));
      return;
    }
    send(outgoing, fault.changed?.(answer) ?? answer);
  }

  /** With the Host header of the client, which is part of the signature. */
  async #forward(seen: SeenRequest, change?: (headers: Headers) => void): Promise<Required<Answer>> {
    const headers = new Headers(seen.headers);
    change?.(headers);
    if (change !== undefined) headers.set('authorization', await this.#sign(seen, headers));
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      // A connection each: the store may close one that it refused a request on.
      const options = { agent: false, method: seen.method, headers: Object.fromEntries(headers) };
      request(new URL(seen.url, this.#store.endpoint), options, resolve).on('error', reject).end(seen.body);
    });
    return {
      status: answer.statusCode ?? 0,
      headers: answer.headers as Record<string, string>,
      body: await bodyOf(answer),
    };
  }

  async #sign({ method, url }: SeenRequest, headers: Headers): Promise<string> {
    const { credentials } = this.#store;
    const signed = [...headers].filter(([name]) => /^(x-amz-.*|if-.*)$/.test(name));
    const datetime = headers.get('x-amz-date') ?? '';
    const region = /\/\d{8}\/([^/]+)\//.exec(headers.get('authorization') ?? '')?.[1] ?? '';
    const host = `http://${headers.get('host')}`;
    const signer = new AwsV4Signer({
      ...credentials,
      method,
      url: `${host}${url}`,
      headers: signed,
      service: 's3',
      region,
      datetime,
    });
    return (await signer.sign()).headers.get('authorization') ?? '';
  }
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(outgoing: ServerResponse, { status, headers = {}, body = '' }: Answer): void {
  outgoing.writeHead(status, headers).end(body);
}
