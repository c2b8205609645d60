import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
}

/** A program of Node in a terminal of its own. */
export class Terminal {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** All that it ever said. */
  readonly said: string[] = [];
  #from = 0;
  #look: () => void = () => {};

  constructor(args: readonly string[], { cwd, env }: TerminalOptions) {
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface(child.stdout).on('line', (line) => {
      this.said.push(line.trim());
      this.#look();
    });
    this.ended = new Promise((resolve) => child.on('close', resolve));
    this.child = child;
  }

  type(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** Resolves with the line when it has said so since it was asked last. */
  says(wanted: string | RegExp): Promise<string> {
    return new Promise((resolve) => {
      this.#look = () => {
        const found = this.said.findIndex(
          (line, at) => at >= this.#from && (typeof wanted === 'string' ? line === wanted : wanted.test(line)),
        );
        if (found < 0) return;
        this.#from = found + 1;
        // What is said from now on is for who asks next.
        this.#look = () => {};
        resolve(this.said[found] as string);
      };
      this.#look();
    });
  }
}
