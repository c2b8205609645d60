import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Runs one of the programs beside this file in a process of its own; the program prints its findings as JSON. */
export async function runProgram(
  program: 'exits' | 'failingFlush',
  subject: 'naive' | 'tiersync',
): Promise<{ readonly [finding: string]: unknown }> {
  const { outputFiles } = await build({
    entryPoints: [at(`./${program}.${subject}.ts`)],
    alias: { tiersync: at('../../../src/index.ts') },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-']);
  run.child.stdin?.end(outputFiles[0]!.text);
  return JSON.parse((await run).stdout);
}
