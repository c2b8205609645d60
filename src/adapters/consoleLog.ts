import type { ILogger } from '../interfaces/ILogger.ts';

type Log = ILogger['i'];

export const nothing: Log = () => {};

/** Says nothing; for tests, and for those who listen to `events$`. */
export const silentLogger: ILogger = { v: nothing, d: nothing, i: nothing, w: nothing, e: nothing };

/** One line an entry. */
export const consoleLog =
  (method: 'debug' | 'info' | 'warn' | 'error'): Log =>
  (tag, message, ...data) =>
    console[method](`[tiersync] ${tag}: ${message}`, ...data);

/** Warnings and failures on the console; nothing where a test runner says that this is a test. */
export function defaultLogger(): ILogger {
  const { process } = globalThis as { process?: { env?: { readonly [name: string]: string | undefined } } };
  if (process?.env?.['NODE_ENV'] === 'test') return silentLogger;
  return { ...silentLogger, w: consoleLog('warn'), e: consoleLog('error') };
}
