import type { Meter } from '../interfaces/Meter.ts';
import type { Operations, ServerEvent, WireCursor } from '../protocol/messages.ts';

/** Who wants to hear what others do. */
export interface ServerListener {
  readonly device: string;
  /** Empty: all that may be read. */
  readonly collections: readonly string[];
  /** What this device has seen; null: nothing yet. */
  cursor(): WireCursor | null;
  onEvent(event: ServerEvent): void;
}

/** A listener in its place. */
export interface Listening {
  /** What this device has seen has changed other than by events: they are to go on from there. */
  resume(): void;
  stop(): void;
}

/** A way to a server. What is not known to have arrived rejects with `unavailable`, and is asked again later. */
export interface ServerTransport extends Operations {
  readonly meter: Readonly<Meter>;
  /** Left out: nothing is told without being asked. */
  listen?(listener: ServerListener): Listening;
  /** What is awaited is given up. It can be used again afterwards. */
  close(): Promise<void>;
}
