import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DataOrchestrator, EntityKeyFieldStrategy, type IBucket, MemoryBucket, silentLogger } from 'tiersync';
import { exportLines, exportTo, type ImportReport, importFrom, type TierPlace, verify } from 'tiersync/maintenance';
import { describe, expect, test } from 'vitest';
import { firstLine, recordLine, Tally } from '../../src/maintenance/exportFormat.ts';
import { kept } from '../adversarial/support.ts';
import { FaultyBucket } from '../support/FaultyBucket.ts';
import { active, changeOf, deleted } from '../support/records.ts';
import { TextDisk } from '../support/TextDisk.ts';
import { peerOn, push, rot } from '../tiers/bucket/support.ts';
import { environment, fill, localTierAt, readAll } from './support.ts';

const golden = readFileSync(new URL('../golden/export-1.ndjson', import.meta.url), 'utf8');

const local = (bucket: IBucket = kept(new MemoryBucket())): TierPlace => ({ prefix: 'app', local: bucket });
const cloud = (bucket: IBucket = kept(new MemoryBucket())): TierPlace => ({ prefix: 'app', cloud: bucket });
const options = { isAlone: true, environment };

async function textOf(lines: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const line of lines) text += line;
  return text;
}

const import_ = (place: TierPlace, text: string): Promise<ImportReport> => importFrom(place, [text], options);

/** One of everything that a line can be. */
const sample = [
  changeOf(
    'app.a',
    active('Task', 'a.1', 1, {
      title: 'é "quoted"\n',
      due: { $date: '2026-01-01T00:00:00.000Z' },
      big: { $bigint: '9' },
    }),
  ),
  changeOf('app.a', active('Note', 'a.2', 2, { text: '' }, 3)),
  changeOf('app.global', active('Task', 'bare', 3, { nested: { b: [1, null], a: true } })),
  changeOf('app.a', deleted('Task', 'a.3', 4)),
];

describe('an export', () => {
  test('[MT20] holds all records by key, name and id, and deletions where they are wanted, of either kind of tier', async () => {
    const [device, shared] = [local(), cloud()];
    await (await localTierAt(device)).apply(sample);
    await push(peerOn((shared as { cloud: IBucket }).cloud).tier, ...sample);
    for (const place of [device, shared]) {
      expect(await textOf(exportLines(place, { deletions: true }))).toBe(golden);
      const without = (await textOf(exportLines(place))).split('\n');
      expect(without.filter((line) => !golden.includes(line))).toEqual([without.at(-2)]);
      expect(without.at(-2)).toContain('"entities":3,"deletions":0');
    }
  });

  test('[FM4] of format 1 is read for ever and written to the letter', async () => {
    const place = local();
    expect(await import_(place, golden)).toEqual({ isWhole: true, imported: 4, kept: 0, faults: [] });
    const records = await readAll(place);
    expect([...records.keys()]).toEqual(['app.a', 'app.global']);
    expect(records.get('app.a')).toHaveLength(3);
    expect(await textOf(exportLines(place, { deletions: true }))).toBe(golden);
  });

  test('[MT20] goes into a stream of the platform, as bytes', async () => {
    const place = local();
    await import_(place, golden);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const other = cloud();
    const [, report] = await Promise.all([
      exportTo(place, writable, { deletions: true }),
      importFrom(other, readable, options),
    ]);
    expect(report).toEqual({ isWhole: true, imported: 4, kept: 0, faults: [] });
    expect(await readAll(other)).toEqual(await readAll(place));
  });

  test('[MT21] of a damaged tier ends there, or tells of it and holds the rest', async () => {
    const bucket = kept(new MemoryBucket());
    await fill(local(bucket), 3);
    await rot(bucket as MemoryBucket, 'app.k001.json');
    await expect(textOf(exportLines(local(bucket)))).rejects.toMatchObject({ code: 'corrupt' });
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const reading = importFrom(local(), readable, options);
    await expect(exportTo(local(bucket), writable)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(reading).rejects.toThrow();
    const told: string[] = [];
    const text = await textOf(exportLines(local(bucket), { onFault: ({ object }) => told.push(object) }));
    expect(told).toEqual(['app.k001']);
    expect((await import_(local(), text)).imported).toBe(600 + 1 + 2 + 1);
  });
});

describe('an import', () => {
  test('[MT22] of what was exported makes another tier the same, and once more it changes not a byte', async () => {
    for (const [from, to] of [
      [local(), cloud()],
      [cloud(), local()],
      [cloud(), cloud()],
    ] as const) {
      await fill(from, 20);
      const text = await textOf(exportLines(from, { deletions: true }));
      const first = await import_(to, text);
      expect(first).toEqual({ isWhole: true, imported: 678, kept: 0, faults: [] });
      expect(await readAll(to)).toEqual(await readAll(from));
      expect((await verify(to)).faults).toEqual([]);
      const bucket = 'cloud' in to ? to.cloud : (to as { local: IBucket }).local;
      const before = await contents(bucket);
      expect(await import_(to, text)).toEqual({ isWhole: true, imported: 0, kept: 678, faults: [] });
      expect(await contents(bucket)).toEqual(before);
    }
  });

  test('[MT22] keeps what is later here, and takes what is later there', async () => {
    for (const place of [local(), cloud()]) {
      await import_(
        place,
        linesOf(active('Task', 'a.1', 5, { title: 'here' }), active('Task', 'a.2', 1, { title: 'old' })),
      );
      const theirs = [active('Task', 'a.1', 4, { title: 'there' }), active('Task', 'a.2', 2, { title: 'new' })];
      expect(await import_(place, linesOf(...theirs, deleted('Task', 'a.1', 3)))).toMatchObject({
        imported: 1,
        kept: 2,
      });
      expect((await readAll(place)).get('app.a')?.map((text) => /"title":"(\w+)/.exec(text)?.[1])).toEqual([
        'here',
        'new',
      ]);
      expect(await import_(place, linesOf(deleted('Task', 'a.1', 9)))).toMatchObject({ imported: 1 });
    }
  });

  test('[MT22] fits under any prefix', async () => {
    const place: TierPlace = { prefix: 'other', local: kept(new MemoryBucket()) };
    await import_(place, golden);
    expect([...(await readAll(place)).keys()]).toEqual(['other.a', 'other.global']);
  });

  test('[MT23] names each line that it cannot take by its number, and takes all others', async () => {
    const lines = golden.split('\n');
    const broken = [
      lines[0],
      lines[1]?.slice(0, 40),
      lines[2],
      '{"name":"deleted","id":"a.9","deletedAt":"2026-01-01T00:00:00.000Z"}',
      '{"name":"Task","id":"a.","deletedAt":"2026-01-01T00:00:00.000Z"}',
      '{"name":"Task","id":"a.9","deletedAt":"yesterday"}',
      'id,title',
      lines[3],
      lines[4],
      lines[5],
      lines[2],
    ].join('\n');
    const report = await import_(local(), broken);
    expect(report.faults.map(({ message }) => message)).toEqual([
      'line 2: is no JSON object, or not all of one',
      'line 4: Choose another entity name than "deleted": it is reserved, as is all that begins with $.',
      'line 5: Choose another id than "a.": it begins or ends with the separator.',
      'line 6: is no record that can be read',
      'line 7: is no JSON object, or not all of one',
      'line 10: says 3 entities and 1 deletions, and 2 and 1 were read',
      'line 11: stands behind the last line',
    ]);
    expect(report).toMatchObject({ isWhole: false, imported: 3, kept: 0 });
  });

  test('[MT23] cut short anywhere is known, whatever was cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: golden.length - 2 }), async (length) => {
        const place = local();
        const report = await import_(place, golden.slice(0, length)).catch((error: Error) => error);
        if (report instanceof Error) expect(report.message).toBe('line 1: this is no export of tiersync');
        else
          expect(report.faults.at(-1)?.message).toMatch(/line \d+: (is missing: the export was cut short|is no JSON)/);
      }),
      { numRuns: 40 },
    );
    const changed = golden.replace('é', 'e');
    expect((await import_(local(), changed)).faults[0]?.message).toBe(
      'line 6: says that a record is not what was exported',
    );
  });

  test('[MT23] of something else, or of a later format, is refused before anything is written', async () => {
    for (const [text, code] of [
      ['', 'corrupt'],
      ['id,title\n1,x\n', 'corrupt'],
      ['{"name":"Task"}\n', 'corrupt'],
      [golden.replace('"format":1', '"format":2'), 'upgrade-needed'],
    ] as const) {
      const bucket = kept(new MemoryBucket());
      await expect(import_(cloud(bucket), text)).rejects.toMatchObject({
        code,
        message: expect.stringContaining('line 1'),
      });
      expect(await contents(bucket)).toEqual(new Map());
    }
  });

  test('[MT24] that fails midway says how far it came, and once more it goes on from there', async () => {
    const records = Array.from({ length: 5_000 }, (_, i) => active('Task', `a.${i}`, i));
    const faulty = new FaultyBucket(kept(new MemoryBucket()));
    let commits = 0;
    faulty.faults.gate = ({ method, key }) => {
      if (method === 'put' && key.startsWith('app/changes/') && (commits += 1) === 2) faulty.faults.failAlways();
      return undefined;
    };
    await expect(import_(cloud(faulty), linesOf(...records))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('the lines before 2002 were imported'),
    });
    faulty.faults.heal();
    expect(await import_(cloud(faulty), linesOf(...records))).toMatchObject({ imported: 3_000, kept: 2_000 });
  });

  test('[MT24] of a store without `exclusive` asks whether an app runs', async () => {
    const bucket = kept(new MemoryBucket());
    await expect(importFrom(local(bucket), [golden])).rejects.toMatchObject({ code: 'locked' });
    expect(await contents(bucket)).toEqual(new Map());
  });

  test('[MT25] into a device goes on to its cloud, as an edit does', async () => {
    const [device, shared] = [kept(new MemoryBucket()), kept(new MemoryBucket())];
    const open = (cloudOf?: IBucket) =>
      DataOrchestrator.create({
        prefix: 'app',
        local: device,
        ...(cloudOf && { cloud: cloudOf }),
        strategy: new EntityKeyFieldStrategy('group'),
        logger: silentLogger,
      });
    const data = await open(shared);
    const id = data.repo<{ title: string; group: string }>('Task').save({ title: 'first', group: 'a' });
    await data.flush('cloud');
    await data.unload();
    const later = active('Task', id, 1_000_000_000, { title: 'imported', group: 'a' }, 2);
    await import_(
      local(device),
      linesOf(later, active('Task', 'b.1', 1, { title: 'new', group: 'b' }), active('Draft', 'a.5', 1)),
    );
    const again = await open(shared);
    await again.flush('cloud');
    await again.unload();
    const texts = [...(await readAll(cloud(shared))).values()].flat();
    expect(texts.map((text) => /"title":"(\w+)/.exec(text)?.[1])).toEqual([undefined, 'imported', 'new']);
  });

  test('[MT25] into a device without a cloud notes nothing', async () => {
    const disk = new TextDisk();
    await import_({ prefix: 'app', local: disk.open({ listKeys: true }) }, golden);
    expect([...disk.texts.values()].some((text) => text.includes('outbox'))).toBe(false);
  });
});

async function contents(bucket: IBucket): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const { name } of bucket.list('')) {
    const found = (await bucket.get(name)) as { bytes: Uint8Array };
    if (!name.includes('/probe/')) texts.set(name, Buffer.from(found.bytes).toString('latin1'));
  }
  return texts;
}

/** An export of these records. */
function linesOf(...records: readonly ReturnType<typeof active>[]): string {
  const tally = new Tally();
  for (const record of records) tally.add(record);
  return firstLine() + records.map(recordLine).join('') + tally.line();
}
