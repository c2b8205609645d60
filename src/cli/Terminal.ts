/** What a command sees of the process that it runs in. */
export interface Terminal {
  readonly env: { readonly [name: string]: string | undefined };
  print(line: string): void;
  complain(line: string): void;
  /** Where somebody watches, one line that is drawn over the one before; elsewhere nothing. An empty one takes it away. */
  draw(line: string): void;
  /** What others may read on: resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** What was handed in. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Calls back when somebody asks the process to end; returns how to stop that. */
  onStop(work: (signal: string) => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

const signals = ['SIGTERM', 'SIGINT'] as const;

const lineOver = (text: string): string => `\r${text}\u001b[K`;

export const systemTerminal: Terminal = {
  env: process.env,
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
  draw(line) {
    // A terminal that does not know its width says 0.
    const width = process.stderr.columns || 80;
    if (process.stderr.isTTY) process.stderr.write(lineOver(line.slice(0, width - 1)));
  },
  write: (text) =>
    new Promise((written, failed) => {
      process.stdout.write(text, (error) => (error ? failed(error) : written()));
    }),
  input: process.stdin,
  onStop(work) {
    for (const signal of signals) process.on(signal, work);
    return () => {
      for (const signal of signals) process.off(signal, work);
    };
  },
  exit: (code) => process.exit(code),
};
