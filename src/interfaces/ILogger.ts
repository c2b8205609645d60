/** Where the library writes its log. `tag` names the part that speaks. */
export interface ILogger {
  /** Verbose: each small step. */
  v(tag: string, message: string, ...data: unknown[]): void;
  /** For debugging. */
  d(tag: string, message: string, ...data: unknown[]): void;
  /** The life cycle: loaded, attached, unloaded. */
  i(tag: string, message: string, ...data: unknown[]): void;
  /** Something unusual that the library could deal with. */
  w(tag: string, message: string, ...data: unknown[]): void;
  /** A failure. */
  e(tag: string, message: string, ...data: unknown[]): void;
}

/** How much is logged: `verbose` is everything, `error` is failures alone. */
export type LogLevel = 'verbose' | 'debug' | 'info' | 'warn' | 'error';

/** One line of a log, before it is written anywhere. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly tag: string;
  readonly message: string;
  readonly data: readonly unknown[];
}

/** Where log entries go. */
export interface ILogSink {
  handle(entry: LogEntry): void;
}
