import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../src/cli/runCommand.ts';
import type { Terminal } from '../../src/cli/Terminal.ts';
import { root } from './installed.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };

async function helpOf(command: string): Promise<string> {
  let help = '';
  await runCommand([command, '--help'], { print: (text: string) => (help = text) } as unknown as Terminal);
  return help;
}

const isPackage = (name: string): boolean => name === 'tiersync' || existsSync(join(root, 'node_modules', name));
const wordsOf = (line: string): string[] => line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];

/** Each kind of command that a guide may tell to type: what is wrong with its words, or nothing. */
const kinds: { readonly [start: string]: (words: string[], document: string) => string[] | Promise<string[]> } = {
  'npm init': () => [],
  'npm ci': () => [],
  'npm start': () => (Object.hasOwn(scripts, 'start') ? [] : ['there is no npm start']),
  'npm test': () => (Object.hasOwn(scripts, 'test') ? [] : ['there is no npm test']),
  'npm run': ([name = '']) => (Object.hasOwn(scripts, name) ? [] : [`there is no npm run ${name}`]),
  'npm install': (words) => words.filter((word) => !word.startsWith('--') && !isPackage(word)),
  'npx vite': () => (isPackage('vite') ? [] : ['vite']),
  'npx tiersync': async ([command = '', ...words]) => {
    const help = await helpOf(command);
    return words.filter((word) => word.startsWith('--') && !help.includes(`${word} `) && !help.includes(`${word},`));
  },
  'node -': () => [],
  node: (words, document) =>
    words
      .filter((word) => /\.mjs$/.test(word))
      .filter((file) => !document.includes(`\`${file}\``) && !existsSync(join(root, file))),
  'cp -a': () => [],
};

/** What is wrong with a line of a shell; nothing if all that it names is there. */
export async function faultsOf(line: string, document: string): Promise<string[]> {
  const commands = line.replace(/\s#.*$/, '').split(' && ');
  const found = commands.map(async (command) => {
    const [setting = '', , inner] = /^(export )?[A-Z_0-9]+=(?:\$\((.*)\)(?= |$)|\S*) ?/.exec(command) ?? [];
    const typed = [inner, command.slice(setting.length).trim()].filter((part) => part !== undefined && part !== '');
    return Promise.all(typed.map((part) => faultsOfCommand(part as string, document)));
  });
  return (await Promise.all(found)).flat(2);
}

async function faultsOfCommand(command: string, document: string): Promise<string[]> {
  const start = Object.keys(kinds).find((kind) => `${command} `.startsWith(kind.endsWith('-') ? kind : `${kind} `));
  if (start === undefined) return [`${command}: nobody knows this command`];
  const words = wordsOf(command.slice(start.length));
  const wrong = await kinds[start]?.(words, document);
  return (wrong ?? []).map((what) => `${command}: ${what}`);
}
