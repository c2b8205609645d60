import type { ILogger, ILogSink, LogEntry, LogLevel } from '../interfaces/ILogger.ts';

const levels: readonly LogLevel[] = ['verbose', 'debug', 'info', 'warn', 'error'];

type Log = ILogger['i'];

const nothing = (): void => {};

export const silentLogger: ILogger = { v: nothing, d: nothing, i: nothing, w: nothing, e: nothing };

/** Prints to the console, one line an entry. */
export class ConsoleLogSink implements ILogSink {
  handle({ level, tag, message, data }: LogEntry): void {
    console[level === 'verbose' ? 'debug' : level](`[tiersync] ${tag}: ${message}`, ...data);
  }
}

export interface LoggerOptions {
  /** Entries below this level are dropped. */
  readonly level?: LogLevel;
  readonly sink?: ILogSink;
}

export class Logger implements ILogger {
  readonly v: Log;
  readonly d: Log;
  readonly i: Log;
  readonly w: Log;
  readonly e: Log;

  constructor({ level = 'info', sink = new ConsoleLogSink() }: LoggerOptions = {}) {
    const lowest = levels.indexOf(level);
    if (lowest < 0) throw new TypeError(`level must be one of ${levels.join(', ')}`);
    const logs = levels.map((level, rank): Log => {
      return rank < lowest ? nothing : (tag, message, ...data) => sink.handle({ level, tag, message, data });
    });
    [this.v, this.d, this.i, this.w, this.e] = logs as [Log, Log, Log, Log, Log];
  }
}

/** Warnings and failures on the console; nothing where a test runner says that this is a test. */
export function defaultLogger(): ILogger {
  const { process } = globalThis as { process?: { env?: { readonly [name: string]: string | undefined } } };
  return process?.env?.['NODE_ENV'] === 'test' ? silentLogger : new Logger({ level: 'warn' });
}
