import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { build } from 'esbuild';
import { alias } from '../../vitest.config.ts';
import type { DeviceTask, Said, Shown } from './deviceTalk.ts';

/** Makes a program of `deviceProcess.ts` in that folder. */
export async function buildDevice(place: string): Promise<string> {
  const outfile = join(place, 'device.mjs');
  await symlink(resolve(import.meta.dirname, '../../node_modules'), join(place, 'node_modules'));
  await build({
    entryPoints: [join(import.meta.dirname, 'deviceProcess.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    alias,
    // Parts of it are not modules, and ask for Node's own in their way.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outfile;
}

interface Waiting {
  readonly is: (said: Said) => boolean;
  readonly done: (said: Said) => void;
  readonly fail: (reason: Error) => void;
}

interface Report {
  readonly records: readonly Shown[];
  readonly pending: number;
}

/** A running device: what it says is heard line by line. */
export class DeviceProcess {
  readonly ended: Promise<unknown>;
  readonly #child: ChildProcess & { readonly stdin: Writable; readonly stdout: Readable };
  readonly #waiting: Waiting[] = [];

  constructor(program: string, task: DeviceTask, onSaid: (said: Said) => void) {
    this.#child = spawn(process.execPath, [program, JSON.stringify(task)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // The SDK warns of the age of this Node, twenty times.
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    });
    const exit = once(this.#child, 'exit');
    const read = this.#read(onSaid);
    this.ended = Promise.all([exit, read]).then(([[code, signal]]) => code ?? signal);
    this.#child.stdin.on('error', () => {});
  }

  /** The next line like that. */
  said(is: (said: Said) => boolean): Promise<Said> {
    return new Promise((done, fail) => this.#waiting.push({ is, done, fail }));
  }

  async ask(command: string): Promise<void> {
    const answer = this.said((said) => 'answered' in said && said.answered === command);
    this.#child.stdin.write(`${command}\n`);
    await answer;
  }

  async report(): Promise<Report> {
    const report = this.said((said) => 'report' in said);
    await this.ask('report');
    return ((await report) as { readonly report: Report }).report;
  }

  /** Also what it said before is heard when this resolves. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  async end(): Promise<unknown> {
    this.#child.stdin.end();
    return this.ended;
  }

  async #read(onSaid: (said: Said) => void): Promise<void> {
    for await (const line of createInterface(this.#child.stdout)) {
      const said = JSON.parse(line) as Said;
      onSaid(said);
      const waiting = this.#waiting.splice(0);
      for (const one of waiting) {
        if (one.is(said)) one.done(said);
        else this.#waiting.push(one);
      }
    }
    for (const { fail } of this.#waiting) fail(new Error('the device ended before it said that'));
  }
}
