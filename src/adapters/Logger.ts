import type { ILogger, ILogSink, LogEntry, LogLevel } from '../interfaces/ILogger.ts';
import { consoleLog, nothing } from './consoleLog.ts';

const levels: readonly LogLevel[] = ['verbose', 'debug', 'info', 'warn', 'error'];

type Log = ILogger['i'];

/** Prints to the console, one line an entry. */
export class ConsoleLogSink implements ILogSink {
  handle({ level, tag, message, data }: LogEntry): void {
    consoleLog(level === 'verbose' ? 'debug' : level)(tag, message, ...data);
  }
}

/** What a `Logger` lets through, and where to. */
export interface LoggerOptions {
  /** Entries below this level are dropped. */
  readonly level?: LogLevel;
  readonly sink?: ILogSink;
}

/** A logger that leaves out what is below a level, and hands the rest to a sink: the console, unless told. */
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
