import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { History } from '../../durability/History.ts';
import type { Said } from '../../durability/saveWithoutEnd.ts';
import { randomFrom } from '../../support/randomFrom.ts';
import { chromium } from '../chromium.ts';
import { PageHost } from './PageHost.ts';

const runs = Number(process.env['KILL_RUNS'] ?? 3);

type Heard = Said & { readonly found?: { readonly [id: string]: string } };

test(`[P2] [FL23] a whole browser killed while it saves to IndexedDB: nothing confirmed is lost, in ${runs} runs`, async () => {
  const profile = await mkdtemp(join(tmpdir(), 'tiersync-profile-'));
  const history = new History();
  const wrong: string[] = [];
  let hear = (_: Heard): void => {};
  const host = await PageHost.start({ onSaid: (said) => hear(said as Heard) });
  let [rounds, midway] = [0, 0];

  /** Runs until so many rounds were confirmed and some turns have passed; with none, until it has told what it found. */
  const runAndKill = async (run: number, wanted: number): Promise<void> => {
    const random = randomFrom(run);
    const turns = wanted === 0 ? 0 : Math.floor(random() * 8000);
    const args = [...chromium.args, '--headless=new', `--user-data-dir=${profile}`, `${host.origin}/saver?seed=${run}`];
    // A group of its own, so that the whole browser goes at once.
    const browser = spawn(chromium.executablePath, args, { detached: true, stdio: 'ignore' });
    const exited = once(browser, 'exit');
    let confirmed = 0;
    let isMidway = false;
    let confirm = (): void => {};
    await new Promise<void>((resolve) => {
      hear = ({ found, tries, confirmed: isConfirmed, bad }) => {
        if (bad !== undefined) wrong.push(`run ${run}: ${bad}`);
        for (const past of found === undefined ? [] : history.pasts()) {
          const state = found?.[past.id] ?? null;
          const allowed = history.allowed(past);
          if (!allowed.includes(state))
            wrong.push(`run ${run}: ${past.id} is ${state}, not of ${JSON.stringify(allowed)}`);
          history.note('Note', past.id, state);
        }
        if (found !== undefined) history.mark()();
        for (const [id, state] of Object.entries(tries ?? {})) history.note('Note', id, state);
        isMidway = tries !== undefined;
        if (isMidway) confirm = history.mark();
        if (isConfirmed !== undefined) {
          confirm();
          confirmed += 1;
        }
        if (confirmed >= wanted) resolve();
      };
    });
    for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    process.kill(-(browser.pid as number), 'SIGKILL');
    await exited;
    rounds += confirmed;
    midway += Number(isMidway);
  };

  for (let run = 1; run <= runs; run++) await runAndKill(run, 1 + (run % 12));
  await runAndKill(runs + 1, 0);
  await host.stop();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  expect(wrong).toEqual([]);
  expect(rounds).toBeGreaterThan(0);
  console.log(`browser killed: ${runs} runs, ${midway} amid a flush, ${rounds} flushes confirmed, 0 lost`);
}, 600_000);
