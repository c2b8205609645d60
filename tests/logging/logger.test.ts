import { ConsoleLogSink, DataOrchestrator, type LogEntry, Logger, type LogLevel, silentLogger } from 'tiersync';
import { afterEach, expect, test, vi } from 'vitest';
import { defaultLogger } from '../../src/adapters/consoleLog.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const everyLevel = (logger: Logger): void => {
  for (const method of ['v', 'd', 'i', 'w', 'e'] as const) logger[method]('Tag', `says ${method}`, { n: 1 });
};

test('[LO1] each method is a level, and entries below the chosen one are dropped', () => {
  const levels = (level: LogLevel): string => {
    const entries: LogEntry[] = [];
    everyLevel(new Logger({ level, sink: { handle: (entry) => entries.push(entry) } }));
    return entries.map((entry) => entry.level).join();
  };
  expect(levels('verbose')).toBe('verbose,debug,info,warn,error');
  expect(levels('warn')).toBe('warn,error');
  expect(levels('error')).toBe('error');
});

test('[LO1] an entry carries tag, message and data', () => {
  const entries: LogEntry[] = [];
  new Logger({ sink: { handle: (entry) => entries.push(entry) } }).w('Tag', 'text', 1, 'two');
  expect(entries).toEqual([{ level: 'warn', tag: 'Tag', message: 'text', data: [1, 'two'] }]);
});

test('[LO1] an unknown level is refused', () => {
  expect(() => new Logger({ level: 'loud' as never })).toThrow(TypeError);
});

test('[LO2] the console sink prints one line an entry by the method of its level', () => {
  const lines: unknown[][] = [];
  for (const method of ['debug', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...args) => void lines.push([method, ...args]));
  }
  everyLevel(new Logger({ level: 'verbose', sink: new ConsoleLogSink() }));
  expect(lines.map(([method]) => method)).toEqual(['debug', 'debug', 'info', 'warn', 'error']);
  expect(lines[3]).toEqual(['warn', '[tiersync] Tag: says w', { n: 1 }]);
});

test('[LO3] silent by default in tests, warnings and failures elsewhere', () => {
  expect(defaultLogger()).toBe(silentLogger);
  vi.stubEnv('NODE_ENV', 'production');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const info = vi.spyOn(console, 'info').mockImplementation(() => {});
  defaultLogger().w('Tag', 'heard');
  defaultLogger().i('Tag', 'unheard');
  expect(warn).toHaveBeenCalledOnce();
  expect(info).not.toHaveBeenCalled();
});

test('[LO4] memory only is said once', async () => {
  const entries: LogEntry[] = [];
  const logger = new Logger({ sink: { handle: (entry) => entries.push(entry) } });
  await DataOrchestrator.create({ prefix: 'app', logger });
  expect(entries).toMatchObject([{ level: 'info', message: 'app: no local tier, data lives in memory only' }]);
});
