import { reasonOf } from '../util/reasonOf.ts';
import { serve, serveHelp } from './serve.ts';
import type { Terminal } from './Terminal.ts';
import { UsageError } from './UsageError.ts';

interface Command {
  readonly does: string;
  readonly help: string;
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

const commands: { readonly [name: string]: Command } = {
  serve: { does: 'runs a server that devices share', help: serveHelp, run: serve },
};

/** Resolves with the exit code: 0, 1 for what failed, 2 for what was written wrongly. */
export async function runCommand([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    terminal.print(overview());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    terminal.complain(`tiersync: there is no command ${name}\n\n${overview()}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    terminal.print(command.help);
    return 0;
  }
  try {
    return await command.run(args, terminal);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    terminal.complain(`tiersync ${name}: ${reasonOf(error)}`);
    if (isUsage) terminal.complain(`\ntiersync ${name} --help says what there is.`);
    return isUsage ? 2 : 1;
  }
}

function overview(): string {
  const lines = Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(10)} ${does}`);
  return `tiersync <command>\n\n${lines.join('\n')}\n\ntiersync <command> --help says more.`;
}
