import type { Meter } from '../interfaces/Meter.ts';

export const noTraffic = (): Meter => ({ requests: 0, bytesSent: 0, bytesReceived: 0 });

export const trafficSince = (before: Readonly<Meter>, now: Readonly<Meter>): Meter => ({
  requests: now.requests - before.requests,
  bytesSent: now.bytesSent - before.bytesSent,
  bytesReceived: now.bytesReceived - before.bytesReceived,
});
