import { NEVER, tap } from 'rxjs';
import {
  ConsoleLogSink,
  DataOrchestrator,
  type LogEntry,
  Logger,
  type LogLevel,
  MemoryBucket,
  silentLogger,
} from 'tiersync';
import { afterEach, expect, test, vi } from 'vitest';
import { defaultLogger } from '../../src/adapters/consoleLog.ts';
import { chronicle } from '../../src/compose/chronicle.ts';
import { TextDisk } from '../support/TextDisk.ts';

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
  const said = entries.filter(({ message }) => message.includes('memory only'));
  expect(said).toMatchObject([{ level: 'info', message: 'app: no local tier, data lives in memory only' }]);
});

/** What a logger is told from its first level on, as `i KeyLoader: text`. */
const recorded = (level: LogLevel): { logger: Logger; lines: string[] } => {
  const lines: string[] = [];
  const handle = ({ level: [name = ''], tag, message }: LogEntry): void =>
    void lines.push(`${name} ${tag}: ${message}`);
  return { logger: new Logger({ level, sink: { handle } }), lines };
};

test('[LO5] the life cycle, and what a sync did, are told of by `i`', async () => {
  const { logger, lines } = recorded('info');
  const cloud = new MemoryBucket();
  const options = { prefix: 'app', local: new MemoryBucket(), cloud, intervals: { cloudQuietMs: 3_600_000 } };
  const data = await DataOrchestrator.create({ ...options, logger });
  await data.sync.ready();
  data.repo('Note').saveMany([{ id: 'a' }, { id: 'b' }]);
  await data.flush('cloud');
  await data.sync.pull();
  await data.unload();
  expect(lines).toEqual([
    'i DataOrchestrator: app: loaded',
    'i SyncEngine: sent 2, received 0, conflicts 0',
    'i DataOrchestrator: app: unloaded',
  ]);
});

test('[LO5] what came from others, and why nothing is synced, is told of too', async () => {
  const cloud = new MemoryBucket();
  const other = await DataOrchestrator.create({ prefix: 'app', cloud, logger: silentLogger });
  other.repo('Note').save({ id: 'a' });
  await other.flush('cloud');
  const { logger, lines } = recorded('info');
  const data = await DataOrchestrator.create({ prefix: 'app', cloud, logger });
  await data.sync.pull();
  await data.sync.stop();
  await Promise.all([data.unload(), other.unload()]);
  expect(lines.slice(1)).toEqual([
    'i SyncEngine: sent 0, received 1, conflicts 0',
    'i SyncEngine: stopped',
    'i DataOrchestrator: app: unloaded',
  ]);
});

test('[LO6] each step is told of by `v`, one line a step however many entities it takes', async () => {
  const { logger, lines } = recorded('verbose');
  const disk = new TextDisk();
  const data = await DataOrchestrator.create({ prefix: 'app', local: disk.open(), logger });
  const notes = data.repo('Note');
  notes.saveMany([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  notes.delete('b');
  await data.flush();
  await data.unload();
  expect(lines.filter((line) => line.startsWith('v'))).toEqual([
    'v SyncEngine: offline',
    'v DataManager: user: created Note a and 2 more',
    'v DataManager: user: deleted Note b',
    'v KeyLoader: loaded app.global',
    'v FlushHandler: saved Note a and 2 more',
  ]);
  const again = recorded('verbose');
  const next = await DataOrchestrator.create({ prefix: 'app', local: disk.open(), logger: again.logger });
  await next.repo('Note').get('a');
  await next.unload();
  expect(again.lines.filter((line) => line.startsWith('v') && !line.includes('SyncEngine'))).toEqual([
    'v DataManager: hydration: created Note a and 1 more',
    'v KeyLoader: loaded app.global',
  ]);
});

test('[LO6] nobody listens for a log that leaves all of that out', () => {
  let listeners = 0;
  const watched = NEVER.pipe(tap({ subscribe: () => listeners++ }));
  const tell = (level: LogLevel): void => {
    const sync = { status$: watched, reason$: watched, stats$: watched };
    chronicle({ events$: watched, sync }, { prefix: 'app' }, recorded(level).logger);
  };
  tell('warn');
  expect(listeners).toBe(0);
  tell('info');
  expect(listeners).toBe(4);
});
