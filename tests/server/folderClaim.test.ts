import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimFolder } from '../../src/server/database/FolderClaim.ts';
import { pgliteDatabase } from '../../src/server/database/pgliteDatabase.ts';
import { pgliteImage } from '../support/pgliteImage.ts';

const source = join(import.meta.dirname, '../../src/server/database/FolderClaim.ts');
let place: string;
let folder: string;

beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'tiersync-claim-'));
  folder = join(place, 'data');
  await mkdir(folder);
});
afterEach(() => rm(place, { recursive: true, force: true }));

/** A process of its own that holds the folder until it is killed. */
async function holder(): Promise<ChildProcess> {
  const outfile = join(place, 'holder.mjs');
  const contents = `
    import { claimFolder } from ${JSON.stringify(source)};
    await claimFolder(process.argv[2]);
    console.log('held');
    process.stdin.resume();`;
  await build({ stdin: { contents, resolveDir: place }, bundle: true, platform: 'node', format: 'esm', outfile });
  const child = spawn(process.execPath, [outfile, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).once('line', () => resolve());
    child.once('exit', (code) => reject(new Error(`the holder ended with ${code}`)));
  });
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

const refusedNaming = (pid: number | undefined): object => ({
  code: 'locked',
  message: expect.stringMatching(new RegExp(`\\b${pid}\\b`)),
});

test('[SD1] a folder is held once in a process, by whatever path', async () => {
  const release = await claimFolder(folder);
  await symlink(folder, join(place, 'link'));
  for (const path of [folder, join(place, 'link'), join(folder, '..', 'data')]) {
    await expect(claimFolder(path)).rejects.toMatchObject(refusedNaming(process.pid));
  }
  await release();
  const again = await claimFolder(folder);
  await again();
});

test('[SD1] [SD2] what another process holds is refused with its number, and taken over once that is dead', async () => {
  const child = await holder();
  try {
    await expect(claimFolder(folder)).rejects.toMatchObject(refusedNaming(child.pid));
    await expect(claimFolder(folder)).rejects.toMatchObject(refusedNaming(child.pid));
  } finally {
    await kill(child);
  }
  const release = await claimFolder(folder);
  await release();
});

test('[SD1] a database on a folder holds it until it is closed, and what was written is there again', async () => {
  const image = await pgliteImage();
  const first = await pgliteDatabase({ folder, image });
  await expect(pgliteDatabase({ folder })).rejects.toMatchObject(refusedNaming(process.pid));
  await first.query('create table kept (value int)');
  await first.query('insert into kept values ($1)', [7]);
  await first.close();
  await first.close();
  const second = await pgliteDatabase({ folder });
  expect(await second.query('select value from kept')).toEqual([{ value: 7 }]);
  await second.close();
}, 60_000);
