import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alias } from '../../vitest.config.ts';

let place = '';

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'tiersync-waiting-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'waitingProcess.ts')],
    outfile: join(place, 'waiting.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    alias,
  });
});

afterAll(() => rm(place, { recursive: true, force: true }));

const cases = [
  ['race', 'flush of the cloud that lost a race'],
  ['settling', 'flush of a cloud that confirms late'],
  ['reading', 'read that waits for a cloud that says nothing'],
] as const;

for (const [what, title] of cases) {
  test(`[LK62] a process does not end before a ${title}`, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(place, 'waiting.mjs'), what]);
    expect(stdout).toBe('done\n');
  });
}
