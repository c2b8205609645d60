import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveOptions } from '../../src/cli/serveOptions.ts';
import type { Terminal } from '../../src/cli/Terminal.ts';
import { run } from './inProcess.ts';

const folder = mkdtempSync(join(tmpdir(), 'tiersync-'));
const keyFile = join(folder, 'key.pem');
writeFileSync(keyFile, 'a key');
const secret = 'a secret that is long enough for this';
const tokens = ['--issuer', 'i', '--audience', 'a'];
const read = (args: readonly string[], env: Terminal['env'] = {}): ReturnType<typeof serveOptions> =>
  serveOptions(args, env, 'default-folder');

test('[CL4] words and environment become the options of a server', () => {
  expect(read(['--insecure-dev'])).toEqual({
    place: 'default-folder',
    listen: { port: 4000 },
    server: { insecureDev: true, database: 'default-folder', allowedOrigins: [], permissions: [] },
  });
  const full = [
    '--host',
    '::1',
    '--port',
    '0',
    '--path',
    '/x',
    '--origin',
    'https://a.test',
    '--origin',
    'https://b.test',
  ];
  expect(read(['data', '--secret', secret, ...tokens, ...full, '--prefix', 'app', '--everyone', 'read,write'])).toEqual(
    {
      place: 'data',
      listen: { port: 0, host: '::1' },
      server: {
        jwt: { secret, issuer: 'i', audience: 'a' },
        database: 'data',
        allowedOrigins: ['https://a.test', 'https://b.test'],
        permissions: [],
        everyone: ['read', 'write'],
        path: '/x',
        prefix: 'app',
      },
    },
  );
  expect(read(tokens, { TIERSYNC_SECRET: secret }).server.jwt).toMatchObject({ secret });
  expect(read([...tokens, '--jwks', 'https://k'], { TIERSYNC_SECRET: secret }).server.jwt).toMatchObject({
    jwksUrl: 'https://k',
  });
  expect(read([...tokens, '--public-key', keyFile]).server.jwt).toMatchObject({ publicKey: 'a key' });
  const shared = read(['--insecure-dev', '--database', 'postgres://me:hidden@db/app', '--admin', 'anna']);
  expect([shared.place, shared.server.database]).toEqual(['PostgreSQL', 'postgres://me:hidden@db/app']);
  expect(shared.server.permissions).toMatchObject([{ userId: 'anna', collection: '*' }]);
});

const wrong: readonly [readonly string[], RegExp][] = [
  [[], /how tokens are checked/],
  [['--secret', secret], /--issuer and --audience/],
  [['--secret', secret, '--jwks', 'https://k', ...tokens], /one of --secret/],
  [['--secret', secret, '--insecure-dev'], /asks nobody/],
  [['--public-key', 'nowhere.pem', ...tokens], /nowhere.pem cannot be read/],
  [['a', 'b', '--insecure-dev'], /name one folder, not 2/],
  [['a', '--database', 'postgres://x', '--insecure-dev'], /a folder or a --database/],
  [['--insecure-dev', '--port', '70000'], /--port must be a number from 0 to 65535, not 70000/],
  [['--insecure-dev', '--port', 'x'], /not x/],
  [['--insecure-dev', '--everyone', 'fly'], /some of read,write,delete,admin, not fly/],
  [['--insecure'], /--insecure/],
];

test.each(wrong)('[CL4] %j is refused with what to write instead', async (args, message) => {
  expect(() => read(args)).toThrow(message);
  const { code, errors } = await run(['serve', ...args]);
  expect(code).toBe(2);
  expect(errors).toMatch(message);
  expect(errors).toContain('tiersync serve --help');
});

test('[CL4] help says what there is, with examples, and a command that is none is refused', async () => {
  expect((await run(['serve', '--help'])).output).toContain('Examples:\n  tiersync serve --insecure-dev');
  expect(await run(['--help'])).toMatchObject({ code: 0, output: expect.stringContaining('serve') });
  expect(await run([])).toMatchObject({ code: 2 });
  for (const name of ['fly', 'toString']) {
    expect(await run([name])).toMatchObject({ code: 2, errors: expect.stringContaining(`no command ${name}`) });
  }
});

test('[CL3] a folder that holds something else is left alone', async () => {
  const foreign = await run(['serve', folder, '--insecure-dev']);
  expect([foreign.code, foreign.errors]).toEqual([1, expect.stringContaining('holds other files')]);
  const file = await run(['serve', keyFile, '--insecure-dev']);
  expect([file.code, file.errors]).toEqual([1, expect.stringContaining('is a file; name a folder')]);
});
