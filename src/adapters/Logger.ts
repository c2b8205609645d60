import type { ILogger, ILogSink, LogEntry, LogLevel } from '../interfaces/ILogger.ts';

const order: readonly LogLevel[] = ['verbose', 'debug', 'info', 'warn', 'error'];

/** Prints to the console, one line an entry. */
export class ConsoleLogSink implements ILogSink {
  handle({ level, tag, message, data }: LogEntry): void {
    const method = level === 'verbose' ? 'debug' : level;
    console[method](`[tiersync] ${tag}: ${message}`, ...data);
  }
}

export interface LoggerOptions {
  /** Entries below this level are dropped. */
  readonly level?: LogLevel;
  readonly sink?: ILogSink;
}

export class Logger implements ILogger {
  readonly #lowest: number;
  readonly #sink: ILogSink;

  constructor({ level = 'info', sink = new ConsoleLogSink() }: LoggerOptions = {}) {
    this.#lowest = order.indexOf(level);
    if (this.#lowest < 0) throw new TypeError(`level must be one of ${order.join(', ')}; it is ${String(level)}`);
    this.#sink = sink;
  }

  v(tag: string, message: string, ...data: unknown[]): void {
    this.#log('verbose', tag, message, data);
  }

  d(tag: string, message: string, ...data: unknown[]): void {
    this.#log('debug', tag, message, data);
  }

  i(tag: string, message: string, ...data: unknown[]): void {
    this.#log('info', tag, message, data);
  }

  w(tag: string, message: string, ...data: unknown[]): void {
    this.#log('warn', tag, message, data);
  }

  e(tag: string, message: string, ...data: unknown[]): void {
    this.#log('error', tag, message, data);
  }

  #log(level: LogLevel, tag: string, message: string, data: readonly unknown[]): void {
    if (order.indexOf(level) >= this.#lowest) this.#sink.handle({ level, tag, message, data });
  }
}

const nothing = (): void => {};

export const silentLogger: ILogger = { v: nothing, d: nothing, i: nothing, w: nothing, e: nothing };

/** Warnings and failures on the console; nothing where a test runner says that this is a test. */
export function defaultLogger(): ILogger {
  const { process } = globalThis as { process?: { env?: { readonly [name: string]: string | undefined } } };
  return process?.env?.['NODE_ENV'] === 'test' ? silentLogger : new Logger({ level: 'warn' });
}
