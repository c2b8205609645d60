import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Installed, root } from './installed.ts';
import { Terminal } from './Terminal.ts';

const guide = readFileSync(join(root, 'docs/guides/server.md'), 'utf8');
const programs = ['token.mjs', 'permissions.mjs', 'device.mjs', 'app.mjs'];
const textOf = (name: string): string => readFileSync(join(root, 'examples/server', name), 'utf8');

let installed: Installed;
const terminals: Terminal[] = [];
/** As the guide sets it in the shell. */
const env: { [name: string]: string | undefined } = {
  ...process.env,
  NODE_NO_WARNINGS: '1',
  TIERSYNC_SECRET: 'a secret of the tests that is long enough',
};

beforeAll(() => {
  installed = new Installed(['jose', 'express']);
  for (const name of programs) installed.write(name, textOf(name));
});

afterEach(() => {
  for (const { child } of terminals) child.kill('SIGKILL');
});
afterAll(() => installed.remove());

function terminal(args: readonly string[], more: { readonly [name: string]: string } = {}): Terminal {
  const opened = new Terminal(args, { cwd: installed.folder, env: { ...env, ...more } });
  terminals.push(opened);
  return opened;
}

/** The command of the guide, at a port that is free. */
async function serve(): Promise<{ server: Terminal; url: string }> {
  const command = /^npx tiersync (serve \.\/server-data .*)$/m.exec(guide)![1]!;
  const program = join(installed.folder, 'node_modules/tiersync/dist/cli.js');
  const server = terminal([program, ...command.split(' '), '--port', '0']);
  return { server, url: (await server.says(/ at http/)).split(' at ')[1]! };
}

const run = async (args: readonly string[], more: { readonly [name: string]: string } = {}): Promise<string> => {
  const program = terminal(args, more);
  expect(await program.ended).toBe(0);
  return program.said.join('\n');
};
const tokenOf = (userId: string): Promise<string> => run(['token.mjs', userId]);
const device = async (name: string, userId: string, url: string): Promise<Terminal> =>
  terminal(['device.mjs', name], { TOKEN: await tokenOf(userId), SERVER: url });

const diskOf = (name: string): string =>
  readdirSync(join(installed.folder, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

test('[GD1] the programs of the server guide are the ones in the examples', () => {
  const blocks = [...guide.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);
  expect(programs.filter((name) => !blocks.includes(textOf(name)))).toEqual([]);
});

test('[GD3] with the programs of the server guide two devices share notes, and a third one gets nothing', async () => {
  const { server, url } = await serve();
  const admin = { TOKEN: await tokenOf('admin'), SERVER: url };
  const permit = (what: string, userId: string): Promise<string> => run(['permissions.mjs', what, userId], admin);
  expect(await permit('grant', 'anna')).toBe('200 {"ok":true}');
  await permit('grant', 'ben');

  const laptop = await device('laptop', 'anna', url);
  const phone = await device('phone', 'ben', url);
  const stranger = await device('stranger', 'eve', url);
  await Promise.all([laptop, phone, stranger].map((each) => each.says(/^\[.*: idle\]$/)));
  laptop.type('add buy milk');
  await phone.says('1. buy milk');
  phone.type('edit 1 buy oat milk');
  await laptop.says('1. buy oat milk');

  stranger.type('add mine');
  await stranger.says('refused: mine (you have no permission for this)');
  await stranger.says('[stranger: idle]');
  expect(stranger.said.filter((line) => /milk/.test(line))).toEqual([]);
  expect(diskOf('stranger')).not.toContain('milk');
  expect(diskOf('laptop')).toContain('milk');

  laptop.type('offline');
  await laptop.says('[laptop: offline]');
  laptop.type('add bread');
  await laptop.says('2. bread');
  laptop.type('online');
  await phone.says('2. bread');

  await permit('revoke', 'ben');
  await phone.says('(no notes)');
  phone.type('quit');
  expect(await phone.ended).toBe(0);
  expect(diskOf('phone')).not.toContain('milk');

  await permit('grant', 'eve');
  await stranger.says(/ bread$/);
  stranger.type('retry');
  await laptop.says(/ mine$/);
  laptop.type('quit');
  stranger.type('quit');
  expect(await Promise.all([laptop.ended, stranger.ended])).toEqual([0, 0]);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
}, 90_000);

test('[GD4] the application of the server guide serves devices what its own routes save, and stops when told to', async () => {
  const app = terminal(['app.mjs'], { PORT: '0' });
  const port = (await app.says(/^listens on/)).split(' ').at(-1);
  const laptop = await device('another', 'anna', `http://localhost:${port}/sync`);
  await laptop.says('[another: idle]');
  const answer = await fetch(`http://localhost:${port}/welcome`, { method: 'POST' });
  expect(answer.status).toBe(200);
  await laptop.says(/ welcome$/);
  laptop.type('quit');
  expect(await laptop.ended).toBe(0);
  app.child.kill('SIGTERM');
  expect(await app.ended).toBe(0);
}, 60_000);
