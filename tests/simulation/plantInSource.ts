import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A change of the library's own text that makes it wrong. */
export interface SourceBreak {
  readonly what: string;
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly put: string;
}

const root = resolve(import.meta.dirname, '../..');

/** Plays the seeds in a copy of everything in which one thing is wrong, and gives what that printed. */
export async function runBroken({ file, find, put }: SourceBreak, seeds: number): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'tiersync-planted-'));
  try {
    for (const name of [
      'src',
      'tests/simulation',
      'tests/support',
      'package.json',
      'tsconfig.json',
      'vitest.config.ts',
    ]) {
      cpSync(join(root, name), join(copy, name), { recursive: true });
    }
    symlinkSync(realpathSync(join(root, 'node_modules')), join(copy, 'node_modules'));
    const text = readFileSync(join(copy, file), 'utf8');
    if (text.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
    writeFileSync(
      join(copy, file),
      text.replace(find, () => put),
    );
    return await play(copy, seeds);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function play(copy: string, seeds: number): Promise<string> {
  const { SEED: _, FROM: __, ...inherited } = process.env;
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'tests/simulation/seeds.test.ts'], {
    cwd: copy,
    env: { ...inherited, SEEDS: String(seeds) },
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((done) => child.on('close', () => done(output)));
}
