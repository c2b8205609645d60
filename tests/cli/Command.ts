import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** As `npm test` has built it. */
const program = resolve(import.meta.dirname, '../../dist/cli.js');

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

type Environment = { readonly [name: string]: string };

const environment = (more: Environment): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  NODE_NO_WARNINGS: '1',
  ...more,
});

/** `tiersync` in a process of its own, its output in pipes. */
export function tiersync(
  args: readonly string[],
  { env = {}, input }: { readonly env?: Environment; readonly input?: string } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { env: environment(env), stdio: 'pipe' });
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  return ended(child);
}

/** Several of them in a pipe, as a shell makes it. */
export const shell = (line: string): Promise<Ended> =>
  ended(spawn('sh', ['-c', line.replaceAll('tiersync ', `${process.execPath} ${program} `)], { env: environment({}) }));

/** `tiersync` on a terminal of its own. */
export class OnTerminal {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #shown = '';
  #look: () => void = () => {};

  constructor(args: readonly string[]) {
    const line = `exec ${[process.execPath, program, ...args].map((word) => `'${word}'`).join(' ')}`;
    this.#child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      env: environment({}),
      stdio: 'pipe',
    });
    this.#child.stdout?.on('data', (bytes) => {
      this.#shown += bytes;
      this.#look();
    });
    this.ended = ended(this.#child);
  }

  /** Resolves when that is on the screen. */
  shows(wanted: RegExp): Promise<void> {
    return new Promise((seen) => {
      this.#look = () => {
        if (wanted.test(this.#shown)) seen();
      };
      this.#look();
    });
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }
}

/** What it said, when it has ended. */
export function ended(child: ChildProcess): Promise<Ended> {
  let output = '';
  let errors = '';
  child.stdout?.on('data', (bytes) => (output += bytes));
  child.stderr?.on('data', (bytes) => (errors += bytes));
  return new Promise((end) => child.on('close', (code) => end({ code, output, errors })));
}
