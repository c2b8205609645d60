import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { type IBucket, MemoryBucket } from 'tiersync';
import { FileBucket } from 'tiersync/adapters/file';
import { S3Bucket } from 'tiersync/adapters/s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kept } from '../adversarial/support.ts';
import { type Ended, ended } from '../cli/Command.ts';
import { fill } from '../maintenance/support.ts';
import { type S3Server, startS3Server } from '../support/s3Server.ts';
import { Installed, root } from './installed.ts';

const guide = readFileSync(join(root, 'docs/guides/maintenance.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, block]) => block!);

let installed: Installed;
let server: S3Server;

beforeAll(async () => {
  installed = new Installed(['@aws-sdk']);
  installed.write('npx', `#!/bin/sh\nshift\nexec '${process.execPath}' '${join(root, 'dist/cli.js')}' "$@"\n`);
  chmodSync(join(installed.folder, 'npx'), 0o755);
  server = await startS3Server();
});

afterAll(async () => {
  await server.stop();
  installed.remove();
});

/** The lines of a block, one by one, as somebody types them. */
async function typed(block: string): Promise<Ended[]> {
  const results: Ended[] = [];
  for (const line of block.trim().split('\n')) {
    const env = {
      ...process.env,
      PATH: `${installed.folder}:${process.env['PATH']}`,
      NODE_NO_WARNINGS: '1',
      AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      AWS_ENDPOINT_URL: server.endpoint,
    };
    const command = line.replaceAll('my-bucket', server.bucket);
    results.push(await ended(spawn('sh', ['-c', command], { cwd: installed.folder, env })));
  }
  return results;
}

const codes = (results: readonly Ended[]): (number | null)[] => results.map(({ code }) => code);
const at = (name: string): string => join(installed.folder, name);

async function copyTo(from: IBucket, to: IBucket): Promise<void> {
  for await (const { name } of from.list(''))
    await to.put(name, ((await from.get(name)) as { bytes: Uint8Array }).bytes);
}

test('[MT40] the commands of the maintenance guide, typed in its order over broken data, do what it says', async () => {
  const [local, cloud] = [kept(new MemoryBucket()), kept(new MemoryBucket())];
  await fill({ prefix: 'app', local }, 5);
  await fill({ prefix: 'app', cloud }, 5);
  await copyTo(local, new FileBucket(at('data')));
  const { endpoint, bucket, credentials } = server;
  const shared = new S3Bucket({ endpoint, bucket, credentials, prefix: 'team' });
  await copyTo(cloud, shared);
  truncateSync(at('data/app.k003.json'), 20);
  await shared.delete('app/head');
  const [copy, look, mend, again, list, back, backup, tidy] = blocks('sh') as string[];
  expect(codes(await typed(copy!))).toEqual([0]);
  const looked = await typed(look!);
  expect(codes(looked)).toEqual([1, 1]);
  expect(looked.map(({ output }) => /(corrupt|missing) +\S+/.exec(output)?.[0])).toEqual([
    expect.stringMatching(/corrupt +app\.k003/),
    expect.stringMatching(/missing +app\/head/),
  ]);
  expect(codes(await typed(mend!))).toEqual([0, 0]);
  expect((await typed(again!))[0]?.output).toContain('Sound');
  const [listed] = await typed(list!);
  expect([listed?.errors, listed?.output]).toEqual(['', expect.stringMatching(/^1 +20/m)]);
  expect(codes(await typed(back!))).toEqual([0]);
  const [, , inspected] = await typed(backup!);
  expect(inspected?.output).toContain('5 keys, 613 entities');
  expect(codes(await typed(tidy!))).toEqual([0]);
}, 120_000);

test('[MT40] the program of the maintenance guide runs against the built package', async () => {
  rmSync(at('data'), { recursive: true, force: true });
  mkdirSync(at('data'));
  const [local, cloud] = [kept(new MemoryBucket()), kept(new MemoryBucket())];
  await fill({ prefix: 'app', local }, 3);
  await fill({ prefix: 'app', cloud }, 3);
  await copyTo(local, new FileBucket(at('data')));
  await copyTo(cloud, new FileBucket(at('shared')));
  cpSync(at('data'), at('kept'), { recursive: true });
  truncateSync(at('data/app.k002.json'), 20);
  installed.write('mend.mjs', blocks('js')[0]!);
  const { code, output } = await installed.run('mend.mjs');
  expect(output).toMatch(/^false 1 3$/m);
  expect(output).toMatch(/^607 0$/m);
  expect(code).toBe(0);
});
