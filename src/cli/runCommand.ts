import { TierSyncError } from '../errors.ts';
import type { TierSyncErrorCode } from '../interfaces/TierSyncErrorCode.ts';
import { reasonOf } from '../util/reasonOf.ts';
import type { Terminal } from './Terminal.ts';
import { UsageError } from './UsageError.ts';

interface Command {
  readonly help: string;
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

interface Listed {
  readonly does: string;
  /** Each needs packages that another does not. */
  load(): Promise<Command>;
}

const commands: { readonly [name: string]: Listed } = {
  serve: { does: 'runs a server that devices share', load: async () => (await import('./serve.ts')).serveCommand },
  inspect: { does: 'shows what a folder or bucket holds', load: async () => (await import('./inspect.ts')).inspect },
  verify: {
    does: 'looks for everything that is wrong with it',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  repair: { does: 'mends it, also from another one', load: async () => (await import('./repair.ts')).repairCommand },
  export: { does: 'writes all of it as lines of JSON', load: async () => (await import('./export.ts')).exportCommand },
  import: { does: 'takes such lines into it', load: async () => (await import('./import.ts')).importCommand },
  restore: {
    does: 'makes a bucket hold what it held before',
    load: async () => (await import('./restore.ts')).restoreCommand,
  },
  gc: { does: 'removes from a bucket what nothing refers to', load: async () => (await import('./gc.ts')).gcCommand },
};

const hints: { readonly [code in TierSyncErrorCode]?: string } = {
  'auth-needed':
    'Look at the keys (AWS_ACCESS_KEY_ID, ...) or the passphrase (TIERSYNC_PASSPHRASE). Nothing was written.',
  unavailable: 'Look at the address (--endpoint, --region) and the network, and try again.',
  'cloud-unreadable': 'tiersync repair puts together what is there.',
};

/** Resolves with the exit code: 0, 1 for what failed or is wrong, 2 for what was written wrongly. */
export async function runCommand([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    terminal.print(overview());
    return name === undefined ? 2 : 0;
  }
  const listed = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (listed === undefined) {
    terminal.complain(`tiersync: there is no command ${name}\n\n${overview()}`);
    return 2;
  }
  try {
    const command = await listed.load();
    if (args.includes('--help') || args.includes('-h')) {
      terminal.print(command.help);
      return 0;
    }
    return await command.run(args, terminal);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    terminal.complain(`tiersync ${name}: ${reasonOf(error)}`);
    const hint = error instanceof TierSyncError ? hints[error.code] : undefined;
    if (hint !== undefined) terminal.complain(hint);
    if (isUsage) terminal.complain(`\ntiersync ${name} --help says what there is.`);
    return isUsage ? 2 : 1;
  }
}

function overview(): string {
  const lines = Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(10)} ${does}`);
  return `tiersync <command>\n\n${lines.join('\n')}\n\ntiersync <command> --help says more.`;
}
