import type { ProcessTable } from '../../src/adapters/FileBucket.ts';

/** Several processes of one host, played in one. */
export class ProcessesOfTest {
  readonly #alive = new Set<number>();
  #last = 0;

  start(): ProcessTable & { readonly pid: number } {
    this.#last += 1;
    const pid = this.#last;
    this.#alive.add(pid);
    return {
      pid,
      self: async () => ({ pid, host: 'test', birth: `b${pid}` }),
      isDead: async (other) => !this.#alive.has(other.pid),
    };
  }

  kill(pid: number): void {
    this.#alive.delete(pid);
  }
}
