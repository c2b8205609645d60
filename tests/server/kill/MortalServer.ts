import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = join(import.meta.dirname, 'mortalServer.mjs');

/** A server in a process of its own, which is killed right after a commit. */
export class MortalServer {
  readonly url: string;
  /** By what it ended. */
  readonly ended: Promise<string | number | null>;
  readonly #kill: () => void;

  private constructor(url: string, ended: MortalServer['ended'], kill: () => void) {
    this.url = url;
    this.ended = ended;
    this.#kill = kill;
  }

  /** `commits`: the last is told to nobody; 0: it lives. */
  static async start(place: string, port: number, commits: number): Promise<MortalServer> {
    const child = spawn(process.execPath, [program, place, String(port), String(commits)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit').then(([code, signal]) => signal ?? code);
    const said = once(createInterface(child.stdout), 'line');
    const url = await Promise.race([said.then(([line]) => line as string), ended.then(() => null)]);
    if (url === null) throw new Error('the server ended before it listened');
    return new MortalServer(url, ended, () => child.kill('SIGKILL'));
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async stop(): Promise<void> {
    this.#kill();
    await this.ended;
  }
}
