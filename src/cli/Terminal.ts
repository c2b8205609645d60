/** What a command sees of the process that it runs in. */
export interface Terminal {
  readonly env: { readonly [name: string]: string | undefined };
  print(line: string): void;
  complain(line: string): void;
  /** Calls back when somebody asks the process to end; returns how to stop that. */
  onStop(work: (signal: string) => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

const signals = ['SIGTERM', 'SIGINT'] as const;

export const systemTerminal: Terminal = {
  env: process.env,
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
  onStop(work) {
    for (const signal of signals) process.on(signal, work);
    return () => {
      for (const signal of signals) process.off(signal, work);
    };
  },
  exit: (code) => process.exit(code),
};
