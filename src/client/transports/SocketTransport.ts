import type { Meter } from '../../interfaces/Meter.ts';
import type { Operations } from '../../protocol/messages.ts';
import type { Listening, ServerListener, ServerTransport } from '../ServerTransport.ts';
import { failureOf, isRefusal } from '../serverRefusal.ts';
import { AskedOperations } from './AskedOperations.ts';
import type { HttpTransport } from './HttpTransport.ts';
import { SocketChannel, type SocketChannelOptions } from './SocketChannel.ts';

export interface SocketTransportOptions extends Omit<SocketChannelOptions, 'onFailure'> {
  /** For as long as there is no socket, and for what is too long for one. */
  readonly http: Pick<HttpTransport, 'ask' | 'close' | 'isAnswered'>;
  readonly frameBytes: number;
}

const encoder = new TextEncoder();

/** A socket while somebody listens; else, and where it fails, requests of HTTP. */
export class SocketTransport extends AskedOperations implements ServerTransport {
  readonly #o: SocketTransportOptions;
  #channel: SocketChannel | null = null;

  constructor(options: SocketTransportOptions) {
    super();
    this.#o = options;
  }

  get meter(): Readonly<Meter> {
    return this.#o.meter;
  }

  listen(listener: ServerListener): Listening {
    const onFailure = (): void => {
      // A network that lets no socket through: it is asked for. One that lets nothing through is left in peace.
      if (this.#o.http.isAnswered) listener.onEvent({ type: 'poke' });
    };
    const channel = new SocketChannel({ ...this.#o, onFailure }, listener);
    this.#channel?.stop();
    this.#channel = channel;
    return {
      resume: () => channel.resume(),
      stop: () => {
        if (this.#channel === channel) this.#channel = null;
        channel.stop();
      },
    };
  }

  async close(): Promise<void> {
    this.#channel?.stop();
    this.#channel = null;
    await this.#o.http.close();
  }

  async ask(operation: keyof Operations, request: object): Promise<unknown> {
    const channel = this.#channel;
    if (channel === null || !channel.isOpen || this.#isTooLong(request)) return this.#o.http.ask(operation, request);
    let answer: unknown;
    try {
      answer = await channel.ask(operation, request);
    } catch {
      // It went down meanwhile, or takes too long: by HTTP a large answer has more time. Asking twice is harmless.
      return this.#o.http.ask(operation, request);
    }
    if (!isRefusal(answer)) return answer;
    const failure = failureOf(operation, answer);
    // The socket was opened with a token that has run out since.
    if (failure.code === 'auth-needed') return this.#o.http.ask(operation, request);
    throw failure;
  }

  #isTooLong(request: object): boolean {
    return encoder.encode(JSON.stringify(request)).length > this.#o.frameBytes;
  }
}
