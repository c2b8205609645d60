import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { DataOrchestrator, EntityKeyFieldStrategy } from 'tiersync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alias } from '../../vitest.config.ts';
import { randomFrom } from '../support/randomFrom.ts';
import { History } from './History.ts';
import { hasSqlite, localAt, type Medium } from './localAt.ts';
import type { Said } from './saveWithoutEnd.ts';

const runsAFolder = 10;
let place = '';

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'tiersync-kill9-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'saver.ts')],
    outfile: join(place, 'saver.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    alias,
  });
});

afterAll(() => rm(place, { recursive: true, force: true }));

interface Outcome {
  readonly confirmed: number;
  /** Whether it was killed between trying and confirming. */
  readonly isMidway: boolean;
  readonly bad: readonly string[];
}

/** Lets the saver run until it has confirmed so many rounds and some turns have passed, and kills it. */
async function runAndKill(medium: Medium, folder: string, seed: number, history: History): Promise<Outcome> {
  const random = randomFrom(seed);
  const rounds = 1 + Math.floor(random() * 12);
  const turns = Math.floor(random() * 8000);
  const child = spawn(process.execPath, [join(place, 'saver.mjs'), folder, String(seed), medium], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const bad: string[] = [];
  let confirmed = 0;
  let isMidway = false;
  let confirm = (): void => {};
  const kill = async (): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
  };
  // Everything it said before it died is read, also after the kill.
  for await (const line of createInterface(child.stdout)) {
    const said = JSON.parse(line) as Said;
    if (said.bad !== undefined) bad.push(said.bad);
    for (const [id, state] of Object.entries(said.tries ?? {})) history.note('Note', id, state);
    isMidway = said.tries !== undefined;
    if (isMidway) confirm = history.mark();
    if (said.confirmed === undefined) continue;
    confirm();
    confirmed += 1;
    if (confirmed === rounds) void kill();
  }
  const [code, signal] = (await exited) as [number | null, string | null];
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
  return { confirmed, isMidway, bad };
}

/** Opens the folder anew, and tells what is wrong. What is found is what the next run starts from. */
async function inspect(medium: Medium, folder: string, history: History): Promise<string[]> {
  const wrong: string[] = [];
  const data = await DataOrchestrator.create({
    prefix: 'app',
    local: localAt(medium, folder),
    strategy: new EntityKeyFieldStrategy('group'),
  });
  data.events$.subscribe((event) => {
    if (event.type === 'problem') wrong.push(`${event.problem.code}: ${event.problem.message}`);
    if (event.type === 'failed') wrong.push(event.error.message);
  });
  const notes = data.repo<{ label: string }>('Note');
  for (const past of history.pasts()) {
    const state = (await notes.get(past.id))?.label ?? null;
    const allowed = history.allowed(past);
    if (!allowed.includes(state)) wrong.push(`${past.id} is ${state}, not of ${JSON.stringify(allowed)}`);
    history.note('Note', past.id, state);
  }
  const known = history.pasts().filter((past) => history.last(past) !== null);
  if ((await notes.count()) !== known.length) wrong.push(`${await notes.count()} notes, not ${known.length}`);
  notes.save({ id: 'z.1', label: 'after the kill' } as never);
  await data.flush();
  notes.hardDelete('z.1');
  await data.unload();
  history.mark()();
  const left = (await readdir(folder, { recursive: true })).filter((name) => name.includes('~'));
  if (left.length > 0) wrong.push(`left behind: ${left.join(' ')}`);
  return wrong;
}

async function killOften(medium: Medium, runs: number): Promise<{ readonly midway: number }> {
  const started = process.hrtime.bigint();
  let rounds = 0;
  let midway = 0;
  let folder = '';
  let history = new History();
  for (let run = 0; run < runs; run++) {
    if (run % runsAFolder === 0) {
      folder = join(place, `${medium}-${run}`);
      history = new History();
    }
    const { confirmed, isMidway, bad } = await runAndKill(medium, folder, 1000 + run, history);
    rounds += confirmed;
    midway += Number(isMidway);
    expect(bad, `run ${run}`).toEqual([]);
    expect(await inspect(medium, folder, history), `run ${run}`).toEqual([]);
  }
  const seconds = Number((process.hrtime.bigint() - started) / 100_000_000n) / 10;
  console.log(
    `kill -9, ${medium}: ${runs} runs, ${midway} killed amid a flush, ${rounds} flushes confirmed, 0 lost, 0 unreadable, ${seconds} s`,
  );
  return { midway };
}

test('[P2] [FL20] kill -9 while saving to a folder: nothing confirmed is lost, all is readable, no lock is in the way', async () => {
  expect((await killOften('folder', 30)).midway).toBeGreaterThan(0);
}, 120_000);

test.skipIf(!hasSqlite)(
  '[P2] [FL23] kill -9 while saving to SQLite: nothing confirmed is lost, all is readable',
  async () => {
    await killOften('SQLite', Number(process.env['KILL_RUNS'] ?? 3));
  },
  120_000,
);
