import { TierSyncError } from '../../errors.ts';
import type { Environment } from '../../interfaces/Environment.ts';
import type { Meter } from '../../interfaces/Meter.ts';
import type { Operations } from '../../protocol/messages.ts';
import { paths } from '../../protocol/socketMessages.ts';
import { asTierSyncError } from '../../util/asTierSyncError.ts';
import type { ServerTransport } from '../ServerTransport.ts';
import { failureOf, isRefusal, lost, statusFailure } from '../serverRefusal.ts';
import { TimedCalls } from '../TimedCalls.ts';
import { AskedOperations } from './AskedOperations.ts';
import type { Token } from './Token.ts';

/** What takes the place of the platform's `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpTransportOptions {
  /** Where the server is mounted, without a slash at its end. */
  readonly url: string;
  readonly token: Token;
  readonly fetch: Fetch;
  /** How long an answer is waited for. */
  readonly timeoutMs: number;
  readonly environment: Pick<Environment, 'setTimer' | 'clearTimer'>;
  /** Shared by all ways to one server. */
  readonly meter: Meter;
}

const encoder = new TextEncoder();

/** One request for each question. Nothing is repeated here, but for a token that has run out. */
export class HttpTransport extends AskedOperations implements ServerTransport {
  readonly #o: HttpTransportOptions;
  readonly #calls: TimedCalls;
  #isAnswered = false;

  constructor(options: HttpTransportOptions) {
    super();
    this.#o = options;
    this.#calls = new TimedCalls({ ...options, who: 'server' });
  }

  get meter(): Readonly<Meter> {
    return this.#o.meter;
  }

  /** Whether the latest question has been answered. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  async ask(operation: keyof Operations, request: object): Promise<unknown> {
    const { token } = this.#o;
    const body = encoder.encode(JSON.stringify(request));
    const known = await tokenFor(operation, token);
    try {
      return await this.#send(operation, body, known);
    } catch (error) {
      const isRefused = error instanceof TierSyncError && error.code === 'auth-needed';
      if (!isRefused || !token.refuse(known)) throw error;
      return await this.#send(operation, body, await tokenFor(operation, token));
    }
  }

  async close(): Promise<void> {
    this.#calls.abort();
  }

  async #send(operation: keyof Operations, body: Uint8Array<ArrayBuffer>, token: string | null): Promise<unknown> {
    const send = (signal: AbortSignal, onLength: (bytes: number) => void): Promise<unknown> =>
      this.#answer(operation, { ...asJson(token), body, signal }, onLength);
    try {
      const answer = await this.#calls.ask(operation, send, body.length);
      this.#isAnswered = true;
      return answer;
    } catch (cause) {
      this.#isAnswered = false;
      throw lost(operation, cause);
    }
  }

  async #answer(
    operation: keyof Operations,
    init: RequestInit & { readonly body: Uint8Array<ArrayBuffer> },
    onLength: (bytes: number) => void,
  ): Promise<unknown> {
    const { url, fetch: send, meter } = this.#o;
    meter.requests++;
    meter.bytesSent += init.body.length;
    const response = await send(`${url}/${paths[operation]}`, init);
    onLength(Number(response.headers.get('content-length') ?? 0));
    const bytes = new Uint8Array(await response.arrayBuffer());
    meter.bytesReceived += bytes.length;
    const answer = parsed(bytes);
    if (response.ok && answer !== undefined && !isRefusal(answer)) return answer;
    const what = `${operation} at ${url}`;
    if (isRefusal(answer)) throw failureOf(what, answer);
    throw statusFailure(what, response.status, response.headers.get('retry-after'));
  }
}

function asJson(token: string | null): Pick<RequestInit, 'method' | 'headers'> {
  const who = token === null ? undefined : { authorization: `Bearer ${token}` };
  return { method: 'POST', headers: { 'content-type': 'application/json', ...who } };
}

async function tokenFor(operation: keyof Operations, token: Token): Promise<string | null> {
  try {
    return await token.get();
  } catch (cause) {
    throw asTierSyncError(cause, `${operation}: there is no token`);
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
