import { runCommand } from '../../src/cli/runCommand.ts';

/** A command in this process, and what it said. */
export async function run(args: readonly string[]): Promise<{ code: number; output: string; errors: string }> {
  const output: string[] = [];
  const errors: string[] = [];
  const code = await runCommand(args, {
    env: {},
    print: (line) => output.push(line),
    complain: (line) => errors.push(line),
    draw: () => {},
    write: async () => {},
    input: (async function* () {})(),
    onStop: () => () => {},
    exit: () => {},
  });
  return { code, output: output.join('\n'), errors: errors.join('\n') };
}
