import type { Meter } from '../interfaces/Meter.ts';

/** What a meter has counted since it was read last: what comes without being asked counts for the next run. */
export class MeterReading {
  readonly #meter: Readonly<Meter>;
  #last: Readonly<Meter>;

  constructor(meter: Readonly<Meter>) {
    this.#meter = meter;
    this.#last = { ...meter };
  }

  next(): Meter {
    const now = { ...this.#meter };
    const { requests, bytesSent, bytesReceived } = this.#last;
    this.#last = now;
    return {
      requests: now.requests - requests,
      bytesSent: now.bytesSent - bytesSent,
      bytesReceived: now.bytesReceived - bytesReceived,
    };
  }
}
