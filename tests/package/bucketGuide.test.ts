import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type S3Server, startS3Server } from '../support/s3Server.ts';
import { Installed, root } from './installed.ts';
import { Terminal } from './Terminal.ts';

const guide = readFileSync(join(root, 'docs/guides/bucket.md'), 'utf8');
const program = readFileSync(join(root, 'examples/bucket/two-devices.mjs'), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block]) => block!);

let installed: Installed;
let server: S3Server;

beforeAll(async () => {
  installed = new Installed(['idb', 'aws4fetch']);
  installed.write('two-devices.mjs', program);
  server = await startS3Server();
});

afterAll(async () => {
  await server.stop();
  installed.remove();
});

/** The program in a terminal of its own. */
const terminal = (device: string): Terminal =>
  new Terminal(['two-devices.mjs', device], {
    cwd: installed.folder,
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      S3_ENDPOINT: server.endpoint,
      S3_BUCKET: server.bucket,
      S3_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
    },
  });

test('[LK65] the program of the bucket guide is the one in the examples', () => {
  expect(blocks('js')[0]).toBe(program);
});

test('[LK66] the program of the bucket guide does what the guide says, on the built package and a real store', async () => {
  const laptop = terminal('laptop');
  const phone = terminal('phone');
  await Promise.all([laptop.says('[laptop: idle, 0 to send]'), phone.says('[phone: idle, 0 to send]')]);
  laptop.type('add buy milk');
  await phone.says('1. buy milk');
  phone.type('edit 1 buy oat milk');
  await laptop.says('1. buy oat milk');
  laptop.type('offline');
  phone.type('offline');
  await Promise.all([laptop.says('[laptop: offline, 0 to send]'), phone.says('[phone: offline, 0 to send]')]);
  laptop.type('edit 1 buy milk and bread');
  await laptop.says('[laptop: offline, 1 to send]');
  phone.type('edit 1 buy rice milk');
  await phone.says('[phone: offline, 1 to send]');
  laptop.type('online');
  await laptop.says('[laptop: idle, 0 to send]');
  phone.type('online');
  await phone.says('conflict: here "buy rice milk", there "buy milk and bread"; now it is "buy rice milk"');
  await laptop.says('1. buy rice milk');
  phone.type('restore');
  await laptop.says('1. buy milk and bread');
  phone.type('offline');
  phone.type('add tea');
  phone.type('quit');
  expect(await phone.ended).toBe(0);
  const again = terminal('phone');
  await laptop.says('2. tea');
  laptop.type('quit');
  again.type('quit');
  expect(await Promise.all([laptop.ended, again.ended])).toEqual([0, 0]);
}, 60_000);

test('[LK67] the browser program of the bucket guide type-checks against the built package', async () => {
  installed.write('browser.ts', blocks('ts')[0]!);
  expect(installed.typeErrors('browser.ts')).toBe('');
});
