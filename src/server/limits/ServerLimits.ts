import { describe } from '../../util/checkName.ts';

/** What one caller may ask of a server at most. Sizes are bytes. */
export interface ServerLimits {
  /** Of one HTTP request. */
  readonly bodyBytes: number;
  /** Of a compressed body once it is unpacked: at most so many bytes, and so many times its own size. */
  readonly unpackedBytes: number;
  readonly unpackedTimes: number;
  /** Of one message on a socket; what is larger goes by HTTP, and what is to be told is asked for. */
  readonly frameBytes: number;
  /** Of one record, as text. */
  readonly recordBytes: number;
  readonly fieldNameBytes: number;
  readonly tokenBytes: number;
  /** Changes of one push, and what the records of several may take, as they were and as they become. */
  readonly batch: number;
  readonly batchBytes: number;
  /** Records of one answer, and what they may take. What was saved in one step comes whole. */
  readonly page: number;
  readonly pageBytes: number;
  /** Collections of one socket. */
  readonly subscriptions: number;
  readonly socketsPerUser: number;
  readonly socketsPerAddress: number;
  /** Questions of one socket that wait for their answer. */
  readonly waitingPerSocket: number;
  /** Pushes of one user, and how many more at once after a quiet time. */
  readonly writesPerSecond: number;
  readonly writesAtOnce: number;
  /** Who goes on being over that for so long loses the socket. */
  readonly overMs: number;
  /** Attempts to come in that did not succeed. */
  readonly failuresPerMinute: number;
  /** What waits to be read by one socket. */
  readonly outboundBytes: number;
  /** A socket that reads nothing of what waits for so long is closed. */
  readonly stalledMs: number;
  /** A socket that has not signed in by then is closed. */
  readonly connectMs: number;
  /** Of a server that `listen` makes. */
  readonly headersMs: number;
  readonly requestMs: number;
  readonly keepAliveMs: number;
  readonly checkMs: number;
}

const kb = 1024;
const mb = 1024 * kb;

/** What holds unless `limits` says otherwise. */
export const defaultServerLimits: ServerLimits = Object.freeze({
  // The largest record, with what goes around it.
  bodyBytes: mb + 64 * kb,
  unpackedBytes: 64 * mb,
  unpackedTimes: 50,
  frameBytes: 256 * kb,
  recordBytes: mb,
  fieldNameBytes: 128,
  tokenBytes: 8 * kb,
  batch: 500,
  batchBytes: 4 * mb,
  page: 500,
  pageBytes: 4 * mb,
  subscriptions: 100,
  socketsPerUser: 20,
  socketsPerAddress: 200,
  waitingPerSocket: 16,
  writesPerSecond: 50,
  writesAtOnce: 200,
  overMs: 10_000,
  failuresPerMinute: 20,
  outboundBytes: mb,
  stalledMs: 5_000,
  connectMs: 5_000,
  headersMs: 10_000,
  // The largest body by the slowest network that devices wait for.
  requestMs: 200_000,
  keepAliveMs: 5_000,
  checkMs: 1_000,
});

export function serverLimits(given: Partial<ServerLimits> = {}): ServerLimits {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in defaultServerLimits)) {
      throw new TypeError(`limits.${name}: there are ${Object.keys(defaultServerLimits).join(', ')}`);
    }
    if (value !== undefined && !(Number.isFinite(value) && value >= 1)) {
      throw new TypeError(`limits.${name} must be a number from 1, not ${describe(value)}`);
    }
  }
  return { ...defaultServerLimits, ...withoutUndefined(given) };
}

const withoutUndefined = <T extends object>(given: T): T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
