/** `v` fine steps, `d` debugging, `i` life cycle, `w` recoverable anomalies, `e` failures. */
export interface ILogger {
  v(tag: string, message: string, ...data: unknown[]): void;
  d(tag: string, message: string, ...data: unknown[]): void;
  i(tag: string, message: string, ...data: unknown[]): void;
  w(tag: string, message: string, ...data: unknown[]): void;
  e(tag: string, message: string, ...data: unknown[]): void;
}

/** From everything to failures alone. */
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
