// Breaks each promise on purpose, in a copy, and expects the tests to notice. `npm run check:breaks [-- P8]`
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { breaks } from './breaks/list.mjs';

const root = resolve(import.meta.dirname, '..');
const wanted = process.argv.slice(2);

function copyWith({ file, find, put }) {
  const copy = mkdtempSync(join(tmpdir(), 'tiersync-break-'));
  for (const name of ['src', 'tests', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'tests/tsconfig.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const text = readFileSync(join(copy, file), 'utf8');
  if (text.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
  writeFileSync(
    join(copy, file),
    text.replace(find, () => put),
  );
  return copy;
}

const run = (copy, tests) =>
  new Promise((done) => {
    const child = spawn(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--maxWorkers=1', ...tests],
      {
        cwd: copy,
      },
    );
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('close', (code) => done({ code, output }));
  });

/** Plays one break, tells what came of it, and answers whether the tests noticed. */
async function isNoticed(planted) {
  const started = performance.now();
  const copy = copyWith(planted);
  try {
    const { code, output } = await run(copy, planted.tests);
    // A break that keeps the tests from running at all proves nothing.
    const [, first] = /(?:×|FAIL).*?(\[[A-Z]+\d+\][^\n]*)/.exec(output) ?? [];
    const isSeen = code !== 0 && first !== undefined;
    const took = `${((performance.now() - started) / 1000).toFixed(1)} s`;
    console.log(
      `${planted.promise.padEnd(4)} ${isSeen ? 'noticed' : 'NOT NOTICED'}: ${planted.what} (${took})\n` +
        `     ${isSeen ? `by ${stripVTControlCharacters(first)}` : output.slice(-600)}`,
    );
    return isSeen;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

const chosen = breaks.filter(({ promise }) => wanted.length === 0 || wanted.includes(promise));
const left = [...chosen];
let unnoticed = 0;
// A test runner that starts uses little more than one core.
const worker = async () => {
  for (let next = left.shift(); next !== undefined; next = left.shift()) if (!(await isNoticed(next))) unnoticed += 1;
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));
console.log(`${chosen.length} breaks, ${unnoticed} not noticed`);
process.exitCode = unnoticed === 0 ? 0 : 1;
