import { repair, verify } from 'tiersync/maintenance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomFrom } from '../support/randomFrom.ts';
import { damages, isCloudKind, type Medium, type MediumKind, mediumOf } from './media.ts';
import { environment, fill, readAll } from './support.ts';

const keys = 200;
const seeds = Number(process.env['SEEDS'] ?? 2);
const first = Number(process.env['FROM'] ?? 1);

/** The key that an object is of; null: index, head, note. */
function keyIn(name: string): string | null {
  const [, key] = /^(?:app\/data\/)?(app\.k\d+)(?:@.*|\.json)?$/.exec(name) ?? [];
  const [, paged] = /^app\.\$page\/(k\d+)\//.exec(name) ?? [];
  return key ?? (paged === undefined ? null : `app.${paged}`);
}

const kinds: readonly MediumKind[] = ['memory', 'file', 'pages', 'rows', 'cloud', 'cloud in pages'];
/** Each file waits for the disk. */
const seedsOf = (kind: MediumKind): number => (kind === 'file' ? 1 : seeds);

describe.each(kinds)('of a tier of 200 keys in %s, one object of twenty is damaged at random', (kind) => {
  let whole: Medium;
  let other: Medium;
  let records: Map<string, readonly string[]>;

  beforeAll(async () => {
    whole = mediumOf(kind);
    other = mediumOf(isCloudKind(kind) ? 'memory' : 'cloud');
    await fill(whole.place, keys, kind === 'cloud in pages' ? 100 : undefined);
    await fill(other.place, keys);
    records = await readAll(whole.place);
  });

  afterAll(() => whole.remove());

  test('[MT1] [MT2] what is whole is sound, and looking at it changes nothing', async () => {
    const before = await whole.contents();
    const report = await verify(whole.place);
    expect(report.faults).toEqual([]);
    expect(report.keys).toHaveLength(keys);
    expect(report.keys[0]).toMatchObject({ entityKey: 'app.k000', entities: 601, deletions: 1, isSound: true });
    expect(await whole.contents()).toEqual(before);
  });

  test.each(Array.from({ length: seedsOf(kind) }, (_, i) => first + i))(
    '[MT3] [MT10] seed %i: what is readable still reads, the rest is named, and all of it comes back from the other tier',
    async (seed) => {
      const random = randomFrom(seed);
      const medium = await whole.copy();
      try {
        const damaged = await damage(medium, random);
        // Its latest edit stands in the head.
        const isEdited = (key: string): boolean => key === 'app.k001' && damaged.includes('app/head');
        const isTouched = (key: string): boolean => damaged.some((name) => keyIn(name) === key) || isEdited(key);
        const untouched = [...records.keys()].filter((key) => !isTouched(key));
        const before = await medium.contents();
        const report = await verify(medium.place, { environment });
        expect(await medium.contents()).toEqual(before);
        expect(report.isSound).toBe(false);
        const named = new Set(report.faults.flatMap(({ entityKey, object }) => [entityKey, object]));
        for (const name of damaged) expect(named, name).toContain(keyIn(name) ?? name.replace(/\.json$/, ''));
        const readable = await readAll(medium.place);
        for (const key of untouched) expect(readable.get(key), key).toEqual(records.get(key));
        const repaired = await repair(medium.place, { from: other.place, isAlone: true, environment });
        expect(repaired.unmended).toEqual([]);
        expect(await readAll(medium.place)).toEqual(records);
        expect((await verify(medium.place)).faults).toEqual([]);
        expect(repaired.mended.length).toBe(report.faults.length);
      } finally {
        medium.remove();
      }
    },
  );
});

/** At least one of each kind; what nobody would know of without an index is left where there is none. */
async function damage(medium: Medium, random: () => number): Promise<string[]> {
  const names = [...(await medium.contents()).keys()].filter((name) => !name.startsWith('app/changes/1-'));
  const damaged = new Map<string, (typeof damages)[number]>();
  while (damaged.size < names.length / 20) {
    const name = names[Math.floor(random() * names.length)] as string;
    damaged.set(name, damages[Math.floor(random() * damages.length)] as (typeof damages)[number]);
  }
  const isIndexGone = [...damaged.keys()].some((name) => keyIn(name) === null);
  const done: string[] = [];
  for (const [name, how] of damaged) {
    if (isIndexGone && how === 'delete' && !/head|metadata/.test(name)) continue;
    await medium.damage(name, how, random);
    done.push(name);
  }
  return done;
}
