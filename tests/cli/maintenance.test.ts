import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IBucket, MemoryBucket } from 'tiersync';
import { encrypted } from 'tiersync/adapters/encrypted';
import { FileBucket } from 'tiersync/adapters/file';
import { exportLines, verify } from 'tiersync/maintenance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstLine, recordLine, Tally } from '../../src/maintenance/exportFormat.ts';
import { kept } from '../adversarial/support.ts';
import { fill, readAll } from '../maintenance/support.ts';
import { active } from '../support/records.ts';
import { type S3Server, startS3Server } from '../support/s3Server.ts';
import { OnTerminal, shell, tiersync } from './Command.ts';
import { run } from './inProcess.ts';

const folder = mkdtempSync(join(tmpdir(), 'tiersync-cli-'));
const at = (name: string): string => join(folder, name);
const keys = 12;

/** Copies what a bucket holds into a folder. */
async function write(bucket: IBucket, name: string): Promise<void> {
  const target = new FileBucket(at(name));
  for await (const entry of bucket.list('')) {
    await target.put(entry.name, ((await bucket.get(entry.name)) as { bytes: Uint8Array }).bytes);
  }
  await target.close();
}

beforeAll(async () => {
  const [local, cloud] = [kept(new MemoryBucket()), kept(new MemoryBucket())];
  await fill({ prefix: 'app', local }, keys);
  await fill({ prefix: 'app', cloud }, keys);
  await write(local, 'device');
  await write(cloud, 'shared');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function damagedCopy(of: string, name: string): string {
  cpSync(at(of), at(name), { recursive: true });
  truncateSync(at(`${name}/app.k003.json`), 50);
  rmSync(at(`${name}/app.k004.json`));
  return at(name);
}

describe('on a folder', () => {
  test('[CL10] inspect shows a line for each key, and verify says that all is well', async () => {
    const shown = await tiersync(['inspect', at('device')]);
    expect([shown.code, shown.errors]).toEqual([0, '']);
    expect(shown.output).toContain(`app in ${at('device')} (of one device)`);
    expect(shown.output).toMatch(/^key +entities +deletions +bytes +hash\napp\.k000 +601 +1 +[\d,]+ +agrees$/m);
    expect(shown.output).toContain('12 keys, 634 entities, 12 deletions');
    const { keys: rows } = JSON.parse((await tiersync(['inspect', at('shared'), '--json'])).output) as {
      keys: object[];
    };
    expect(rows[1]).toMatchObject({ entityKey: 'app.k001', entities: 3, deletions: 1, isSound: true });
    expect(await tiersync(['verify', at('shared')])).toMatchObject({
      code: 0,
      output: expect.stringContaining('Sound'),
    });
  });

  test('[CL10] verify names what is wrong, repair mends it from another place, and each says so by its exit code', async () => {
    const place = damagedCopy('device', 'broken');
    const before = readdirSync(place);
    const found = await tiersync(['verify', place]);
    expect([found.code, found.errors]).toEqual([1, '']);
    expect(found.output).toMatch(
      /2 things wrong; 10 keys whole, 2 not:\n {2}corrupt +app\.k003 .*\n {2}missing +app\.k004 /,
    );
    expect(readdirSync(place)).toEqual(before);
    expect(JSON.parse((await tiersync(['verify', place, '--json'])).output)).toMatchObject({ isSound: false });
    const alone = await tiersync(['repair', damagedCopy('device', 'alone'), '--json']);
    expect([alone.code, JSON.parse(alone.output)]).toMatchObject([1, { isSound: false, taken: 0 }]);
    const mended = await tiersync(['repair', place, '--from', at('shared')]);
    expect([mended.code, mended.errors]).toEqual([0, '']);
    expect(mended.output).toMatch(/2 things mended[\s\S]*8 records taken[\s\S]*set-aside\/app\.k003/);
    expect((await tiersync(['verify', place])).code).toBe(0);
    const local = new FileBucket(place);
    expect(await readAll({ prefix: 'app', local })).toEqual(
      await readAll({ prefix: 'app', cloud: new FileBucket(at('shared')) }),
    );
  });

  test('[CL11] export and import go through files and pipes, and say nothing else where others read on', async () => {
    expect(await tiersync(['export', at('device'), at('all.ndjson'), '--deletions'])).toMatchObject({ code: 0 });
    let text = '';
    for await (const line of exportLines({ prefix: 'app', local: new FileBucket(at('device')) }, { deletions: true }))
      text += line;
    expect(readFileSync(at('all.ndjson'), 'utf8')).toBe(text);
    const piped = await shell(
      `tiersync export ${at('device')} --deletions | tiersync import ${at('copy')} --prefix app --as cloud --json`,
    );
    expect(piped.errors).toBe('');
    expect(JSON.parse(piped.output)).toEqual({ isWhole: true, imported: 646, kept: 0, faults: [] });
    expect((await tiersync(['verify', at('copy')])).code).toBe(0);
    const again = await tiersync(['import', at('copy'), at('all.ndjson')]);
    expect([again.code, again.output]).toEqual([0, expect.stringContaining('0 records imported, 646 kept')]);
    const cut = await tiersync(['import', at('copy')], { input: text.slice(0, 1_000) });
    expect([cut.code, cut.output]).toEqual([
      1,
      expect.stringMatching(/2 lines not taken:\n {2}line 7: is no JSON.*\n {2}line 8: is missing/),
    ]);
    const closed = await shell(`tiersync export ${at('device')} | head -n 1`);
    expect(closed.output).toBe(firstLine());
  });

  test('[CL11] what cannot be read is left out of an export and named, and a file that was begun is not taken for one', async () => {
    const place = damagedCopy('device', 'exported');
    writeFileSync(at('earlier.ndjson'), 'the one before');
    const done = await tiersync(['export', place, at('rest.ndjson')]);
    expect([done.code, done.errors]).toEqual([1, expect.stringMatching(/cannot be read:\n {2}corrupt +app\.k003/)]);
    expect(readFileSync(at('rest.ndjson'), 'utf8').split('\n')).toHaveLength(1 + 634 - 6 + 1 + 1);
    await tiersync(['export', at('nowhere'), at('earlier.ndjson')]);
    expect(readFileSync(at('earlier.ndjson'), 'utf8')).toBe('the one before');
  });

  test('[CL12] restore lists the moments of a bucket and goes back to one, and gc tidies up', async () => {
    cpSync(at('shared'), at('past'), { recursive: true });
    const cloud = new FileBucket(at('past'));
    await cloud.put('app/data/app.k001@0-zzz', new Uint8Array(7));
    const listed = await tiersync(['restore', at('past')]);
    expect(listed.output).toMatch(/checkpoint +time\n1 +20\d\d-/);
    expect(await tiersync(['restore', at('past'), '--to', '9'])).toMatchObject({ code: 2 });
    const back = await tiersync(['restore', at('past'), '--to', '1', '--json']);
    expect([back.code, JSON.parse(back.output)]).toEqual([0, { restored: 1, deleted: 0 }]);
    const tidied = await tiersync(['gc', at('past')]);
    expect(tidied.output).toContain('1 object with 7 bytes removed');
    expect(await tiersync(['gc', at('device')])).toMatchObject({
      code: 2,
      errors: expect.stringContaining('has a past'),
    });
    expect((await verify({ prefix: 'app', cloud })).faults).toEqual([]);
  });
});

describe('on a terminal', () => {
  test('[CL13] long work shows how far it is, takes that away again, and the rest is as in a pipe', async () => {
    const terminal = new OnTerminal(['verify', at('device')]);
    const { code, output } = await terminal.ended;
    expect(code).toBe(0);
    expect(output).toMatch(/\rlooking \[-{24}\] {3}0 % of 12 keys/);
    expect(output).toMatch(/\rlooking \[#{24}\] 100 % of 12 keys/);
    const screen = output
      .replace(/.*\r(?!\n)/g, '')
      .replaceAll('\u001b[K', '')
      .replaceAll('\r', '');
    expect(screen).toBe((await tiersync(['verify', at('device')])).output);
  });

  test('[CL13] Ctrl-C in mid-work ends it between two steps, and the tier is good', async () => {
    const records = Array.from({ length: 40_000 }, (_, i) => active('Task', `k${i % 40}.${i}`, i));
    const tally = new Tally();
    for (const record of records) tally.add(record);
    writeFileSync(at('many.ndjson'), firstLine() + records.map(recordLine).join('') + tally.line());
    const terminal = new OnTerminal(['import', at('stopped'), at('many.ndjson'), '--prefix', 'app']);
    await terminal.shows(/writing 2000 lines/);
    terminal.type('\u0003');
    const { code, output } = await terminal.ended;
    expect(code).toBe(1);
    expect(output).toMatch(/SIGINT: stopped between two steps; .* the lines before \d+ were imported/);
    const found = JSON.parse((await tiersync(['verify', at('stopped'), '--json'])).output) as {
      faults: object[];
      keys: { entities: number }[];
    };
    expect(found.faults).toEqual([]);
    const imported = found.keys.reduce((sum, { entities }) => sum + entities, 0);
    expect(imported % 2_000).toBe(0);
    expect(imported).toBeGreaterThan(0);
    expect(imported).toBeLessThan(40_000);
  }, 60_000);
});

describe('what is written wrongly, or does not answer', () => {
  test.each([
    [['verify'], 'name a folder, a bucket'],
    [['verify', 'nowhere'], 'there is no folder or file nowhere'],
    [['verify', folder], 'holds no data of tiersync'],
    [
      ['verify', at('shared'), '--prefix', 'other'],
      'holds no data of tiersync of other; there is: --prefix app --as cloud',
    ],
    [['verify', at('shared'), 'more'], 'more is one word too many'],
    [['verify', 'ftp://x/y'], 'ftp:// is not known'],
    [['verify', at('shared'), '--as', 'both'], '--as takes local or cloud'],
    [['export', at('shared'), '--json'], "Unknown option '--json'"],
    [['import', at('fresh'), at('all.ndjson')], "say the app's --prefix"],
    [['import', at('fresh'), 'nowhere.ndjson', '--prefix', 'app'], 'there is no file nowhere.ndjson'],
    [['restore', at('shared'), '--to', 'yesterday'], '--to takes the number of a checkpoint'],
  ])('[CL14] %j says what to write instead', async (args, message) => {
    const { code, errors, output } = await run(args);
    expect(errors).toContain(message);
    expect(errors).toContain(`tiersync ${args[0]} --help`);
    expect([code, output]).toEqual([2, '']);
  });

  test('[CL14] each command has help with examples', async () => {
    for (const name of ['inspect', 'verify', 'repair', 'gc', 'export', 'import', 'restore']) {
      expect(await run([name, '--help'])).toMatchObject({
        code: 0,
        output: expect.stringMatching(new RegExp(`^tiersync ${name} [\\s\\S]*Examples:\\n {2}.*tiersync ${name} `)),
      });
    }
  });

  test('[CL15] an encrypted place asks for the passphrase, and a wrong one is told', async () => {
    const bucket = encrypted(new FileBucket(at('sealed')), { passphrase: 'right', hideNames: true });
    await fill({ prefix: 'app', cloud: bucket }, 2);
    const asked = await tiersync(['verify', at('sealed')]);
    expect([asked.code, asked.errors]).toEqual([2, expect.stringContaining('set TIERSYNC_PASSPHRASE')]);
    const wrong = await tiersync(['verify', at('sealed')], { env: { TIERSYNC_PASSPHRASE: 'wrong' } });
    expect([wrong.code, wrong.errors]).toEqual([1, expect.stringContaining('TIERSYNC_PASSPHRASE')]);
    const right = await tiersync(['verify', at('sealed')], { env: { TIERSYNC_PASSPHRASE: 'right' } });
    expect([right.code, right.output]).toEqual([0, expect.stringContaining('2 keys')]);
  });
});

describe('on a bucket of S3', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3Server();
  });
  afterAll(() => server.stop());

  test('[CL16] the same commands do the same, and what does not answer or lets nobody in is told', async () => {
    const env = {
      AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      AWS_ENDPOINT_URL: server.endpoint,
      AWS_REGION: 'us-east-1',
    };
    const place = `s3://${server.bucket}/team`;
    const filled = await tiersync(['import', place, at('all.ndjson'), '--prefix', 'app'], { env });
    expect([filled.errors, filled.code]).toEqual(['', 0]);
    expect(await tiersync(['verify', place], { env })).toMatchObject({
      code: 0,
      output: expect.stringContaining('12 keys, 634 entities, 12 deletions'),
    });
    const wrong = await tiersync(['verify', place], { env: { ...env, AWS_SECRET_ACCESS_KEY: 'wrong' } });
    expect([wrong.code, wrong.errors]).toEqual([1, expect.stringContaining('AWS_ACCESS_KEY_ID')]);
    const dead = await tiersync(['verify', place, '--endpoint', 'http://127.0.0.1:1'], { env });
    expect([dead.code, dead.errors]).toEqual([1, expect.stringMatching(/ECONNREFUSED[\s\S]*--endpoint/)]);
  }, 60_000);
});
