import type { Socket } from 'socket.io';

type Connection = Socket['conn'];

/** Of a packet's text; what is binary is ours neither way. */
const bytesOf = (packet: { readonly data?: unknown }): number =>
  typeof packet.data === 'string' ? Buffer.byteLength(packet.data) : 0;

/** How much of what was sent on a connection nobody has read yet. */
export class Outbound {
  readonly #conn: Connection;
  /** Not yet given to the transport. */
  #queued = 0;
  /** Given to it in one piece; the next one waits until it has gone. */
  #leaving = 0;
  /** What was left when somebody last looked, and since when it has not become less. */
  #seen = 0;
  #stuckSince: number | null = null;
  /** Who waits for it to become less. */
  #waiting: (() => void)[] = [];

  constructor(conn: Connection) {
    this.#conn = conn;
    conn.on('packetCreate', (packet: { readonly data?: unknown }) => {
      this.#queued += bytesOf(packet);
    });
    conn.on('flush', () => {
      this.#leaving = this.#queued;
      this.#queued = 0;
      conn.transport.once('drain', () => {
        this.#leaving = 0;
        this.#wake();
      });
    });
    conn.once('close', () => this.#wake());
  }

  /** Resolves once no more than that is left, or nobody will read it any more. */
  async room(most: number): Promise<void> {
    while (this.bytes > most && this.#conn.readyState === 'open') {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  get bytes(): number {
    if (this.#leaving === 0) return this.#queued;
    const { socket } = this.#conn.transport as { readonly socket?: { readonly bufferedAmount?: number } };
    return this.#queued + (socket?.bufferedAmount ?? this.#leaving);
  }

  /** For how long none of it has been read, as of now; called every now and then. */
  stuckMs(now: number): number {
    const bytes = this.bytes;
    if (bytes === 0 || bytes < this.#seen) this.#stuckSince = null;
    else this.#stuckSince ??= now;
    this.#seen = bytes;
    return this.#stuckSince === null ? 0 : now - this.#stuckSince;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
