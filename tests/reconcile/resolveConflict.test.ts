import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import type { ConflictSides, ConflictStrategy, IConflictResolver } from '../../src/interfaces/SyncTypes.ts';
import { compareRecords } from '../../src/reconcile/compareRecords.ts';
import { type ConflictCase, type ConflictResolution, resolveConflict } from '../../src/reconcile/resolveConflict.ts';
import { ClientWinsResolver } from '../../src/strategies/conflict/ClientWinsResolver.ts';
import { LastWriteWinsResolver } from '../../src/strategies/conflict/LastWriteWinsResolver.ts';
import { MergeResolver } from '../../src/strategies/conflict/MergeResolver.ts';
import { ServerWinsResolver } from '../../src/strategies/conflict/ServerWinsResolver.ts';
import { isoOf, told } from '../blob/support.ts';
import { alive, dead, outcomeOf, show, store } from './support.ts';

const runs = { numRuns: 5_000 };
const base = alive(1, { title: 'base', size: 1 });
const early = alive(5, { title: 'early', size: 1 }, { version: 4 });
const late = alive(9, { title: 'base', size: 2 }, { version: 2 });
const conflictOf = (strategy: ConflictStrategy, more: Partial<ConflictCase> = {}): ConflictCase => ({
  ...{ strategy, base, local: early, remote: late, show, store },
  ...more,
});
const decide = (strategy: ConflictStrategy, more: Partial<ConflictCase> = {}): ConflictResolution =>
  resolveConflict(conflictOf(strategy, more));
const custom = (resolve: IConflictResolver['resolve'], more: Partial<ConflictCase> = {}): ConflictResolution =>
  decide('custom', { resolver: { resolve }, ...more });
const swapped = { local: late, remote: early };

/** The new record, or nothing. */
const made = (resolution: ConflictResolution): StoredRecord | undefined =>
  resolution.kind === 'new' ? resolution.record : undefined;

const strategies: readonly ConflictStrategy[] = ['last-write-wins', 'server-wins', 'client-wins', 'merge', 'custom'];
const someFields = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(1, 2, 3));
const someActive = fc
  .tuple(fc.integer({ min: 1, max: 4 }), someFields, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 1 }))
  .map(([time, fields, version, created]) => alive(time, fields, { version, created }));
const someRecord = fc.oneof(
  { weight: 4, arbitrary: someActive },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }).map(dead) },
);
const someBase = fc.oneof(
  { weight: 6, arbitrary: someActive },
  { weight: 1, arbitrary: fc.constantFrom<StoredRecord | null | undefined>(null, undefined, dead(1)) },
);
const someCase = fc
  .tuple(fc.constantFrom(...strategies), someBase, someRecord, someRecord)
  .map(([strategy, from, local, remote]) =>
    conflictOf(strategy, { base: from, local, remote, resolver: new MergeResolver() }),
  );

test('[CF15] last-write-wins keeps the version that wins the one order', () => {
  expect(decide('last-write-wins').kind).toBe('take-remote');
  expect(decide('last-write-wins', swapped).kind).toBe('keep-local');
  expect(decide('last-write-wins', { local: dead(9) }).kind).toBe('keep-local');
  expect(decide('last-write-wins', { local: dead(8) }).kind).toBe('take-remote');
});

test('[CF16] server-wins keeps the remote version, and takes the local one back where that is greater', () => {
  expect(decide('server-wins').kind).toBe('take-remote');
  expect(decide('server-wins', swapped).kind).toBe('replace-with-remote');
  expect(decide('server-wins', { local: late, remote: dead(5) }).kind).toBe('replace-with-remote');
});

test('[CF17] client-wins keeps the local version, as a new record where it loses the order', () => {
  expect(decide('client-wins', swapped).kind).toBe('keep-local');
  const record = made(decide('client-wins'));
  expect(record?.value).toMatchObject({ title: 'early', size: 1 });
  expect(compareRecords(record!, late)).toBe(1);
  const deletion = made(decide('client-wins', { local: dead(5) }));
  expect(deletion?.isDeleted).toBe(true);
  expect(deletion?.time).toBe(isoOf(10));
});

test('[CF18] a new record follows both: 1 ms after the later stamp, one above the higher version, as old as the older', () => {
  const local = alive(5, { title: 'early' }, { version: 4, created: 3 });
  const record = made(decide('client-wins', { local, remote: alive(9, {}, { version: 2, created: 2 }) }));
  expect(record?.value).toEqual({
    id: 'x',
    title: 'early',
    createdAt: isoOf(2),
    updatedAt: isoOf(10),
    version: 5,
  });
  fc.assert(
    fc.property(someCase, (conflict) => {
      const resolution = resolveConflict(conflict);
      if (resolution.kind !== 'new') return;
      const { record: next } = resolution;
      const { local: a, remote: b } = conflict;
      expect(next.stamp).toBe(Math.max(a.stamp, b.stamp) + 1);
      expect(next.entityName).toBe('Task');
      expect(next.id).toBe('x');
      if (next.value === null) return;
      expect(next.version).toBe(Math.max(a.version, b.version) + 1);
      const created = [a, b].flatMap(({ value }) => value?.createdAt ?? []);
      expect(next.value.createdAt).toBe(created.sort()[0]);
    }),
    runs,
  );
});

test('[CF19] merge makes one record of what both sides changed', () => {
  expect(made(decide('merge'))?.value).toMatchObject({ title: 'early', size: 2 });
  const both = alive(9, { title: 'late', size: 1 });
  expect(made(decide('merge', { remote: both }))).toBe(undefined);
  const apart = { base: null, local: alive(5, { a: 1 }), remote: alive(9, { b: 1 }) };
  expect(made(decide('merge', apart))?.value).toMatchObject({ a: 1, b: 1 });
});

test('[CF19] where merging gives what the later side holds, that side stays as it is', () => {
  const same = { remote: alive(9, { title: 'early', size: 2 }) };
  expect(decide('merge', same).kind).toBe('take-remote');
  expect(decide('merge', { local: same.remote, remote: early }).kind).toBe('keep-local');
});

test('[CF19] where merging gives what the earlier side holds, that becomes a new record', () => {
  const touched = alive(9, { title: 'base', size: 1 }, { version: 2 });
  const here = made(decide('merge', { remote: touched }));
  const there = made(decide('merge', { local: touched, remote: early }));
  expect(here?.value).toMatchObject({ title: 'early', size: 1 });
  expect(told(there)).toBe(told(here));
});

test('[CF19] without a known base, and against a deletion, merge keeps the later version', () => {
  const cases: Partial<ConflictCase>[] = [{ base: undefined }, { local: dead(5) }, { local: dead(9) }];
  for (const more of cases) {
    expect(decide('merge', more).kind).toBe(decide('last-write-wins', more).kind);
    expect(decide('merge', more).kind).not.toBe('new');
  }
  expect(decide('merge', { base: undefined }).reason).toMatch(/started from is not known/);
  expect(decide('merge', { local: dead(5) }).reason).toMatch(/deleted/);
});

test('[CF20] two devices that merge the same conflict with roles swapped end with the same record', () => {
  let records = 0;
  fc.assert(
    fc.property(
      someBase,
      someRecord,
      someRecord,
      fc.constantFrom<ConflictStrategy>('merge', 'last-write-wins'),
      (...of) => {
        const [from, a, b, strategy] = of;
        const here = conflictOf(strategy, { base: from, local: a, remote: b });
        const there = conflictOf(strategy, { base: from, local: b, remote: a });
        const [ours, theirs] = [resolveConflict(here), resolveConflict(there)];
        if (ours.kind === 'new') records += 1;
        expect(ours.kind === 'new').toBe(theirs.kind === 'new');
        expect(told(outcomeOf(ours, here))).toBe(told(outcomeOf(theirs, there)));
      },
    ),
    runs,
  );
  expect(records).toBeGreaterThan(200);
});

test('[CF21] a resolver is shown both versions, what they started from, and which is later', () => {
  const seen: ConflictSides[] = [];
  const look = (sides: ConflictSides): 'local' => {
    seen.push(sides);
    return 'local';
  };
  custom(look, { local: dead(5) });
  custom(look, { ...swapped, base: undefined });
  custom(look, { base: null });
  expect(seen[0]).toMatchObject({ entityName: 'Task', id: 'x', local: null, remote: { size: 2 }, later: 'remote' });
  expect(seen[0]?.base?.['title']).toBe('base');
  expect(seen[1]).toMatchObject({ local: { size: 2 }, remote: { title: 'early' }, later: 'local' });
  expect(seen.map((sides) => sides.base === undefined)).toEqual([false, true, false]);
  expect(seen[2]?.base).toBe(null);
});

test('[CF21] a resolver chooses a side, makes a new version, or deletes', () => {
  expect(custom(() => 'remote').kind).toBe('take-remote');
  expect(custom(() => 'remote', swapped).kind).toBe('replace-with-remote');
  expect(custom(() => 'local', swapped).kind).toBe('keep-local');
  expect(made(custom(() => 'local'))?.value).toMatchObject({ title: 'early' });
  const due = new Date(7);
  expect(made(custom(() => ({ due, id: 'other', version: 77 })))?.value).toEqual({
    id: 'x',
    createdAt: isoOf(0),
    updatedAt: isoOf(10),
    version: 5,
    due: { $date: isoOf(7) },
  });
  const gone = made(custom(() => null));
  expect([gone?.isDeleted, gone?.time]).toEqual([true, isoOf(10)]);
});

test('[CF21] a resolver that answers with what the later side holds keeps that side', () => {
  expect(custom(({ remote }) => remote).kind).toBe('take-remote');
  expect(custom(({ local }) => local, swapped).kind).toBe('keep-local');
  expect(made(custom(({ local }) => local))?.value).toMatchObject({ title: 'early' });
});

test('[CF21] deleting where one side is deleted already keeps that deletion', () => {
  expect(custom(() => null, { remote: dead(9) }).kind).toBe('take-remote');
  expect(custom(() => null, { remote: dead(4) }).kind).toBe('replace-with-remote');
  expect(custom(() => null, { local: dead(9) }).kind).toBe('keep-local');
  expect(made(custom(() => null, { local: dead(5) }))?.isDeleted).toBe(true);
});

test('[CF22] a resolver that fails or answers nonsense leaves it to the order, and the reason says so', async () => {
  const failing: [RegExp, unknown][] = [
    [
      /boom/,
      () => {
        throw new Error('boom');
      },
    ],
    [
      /gone/,
      () => {
        throw 'gone';
      },
    ],
    [/undefined/, () => undefined],
    [/"theirs"/, () => 'theirs'],
    [/Array/, () => [1]],
    [/Date/, () => new Date(1)],
    [/Promise/, async () => 'local'],
    [/Promise/, () => Promise.reject(new Error('later'))],
    [/function/, () => ({ run: () => 1 })],
  ];
  for (const [text, resolve] of failing) {
    const remoteLater = custom(resolve as IConflictResolver['resolve']);
    expect(remoteLater.kind).toBe('take-remote');
    expect(remoteLater.reason).toMatch(/^The later version is kept, as the resolver could not be followed: /);
    expect(remoteLater.reason).toMatch(text);
    expect(custom(resolve as IConflictResolver['resolve'], swapped).kind).toBe('keep-local');
  }
  expect(decide('custom').reason).toMatch(/give a conflictResolver/);
  const unreadable = custom(() => 'local', {
    show: () => {
      throw new Error('cannot be read');
    },
  });
  expect([unreadable.kind, /cannot be read/.test(unreadable.reason)]).toEqual(['take-remote', true]);
});

test('[CF23] where both sides hold the same, the later stays and nobody is asked', () => {
  const more = { local: alive(5, { a: 1 }, { version: 4 }), remote: alive(9, { a: 1 }) };
  for (const strategy of strategies) {
    const resolver = { resolve: () => ({ a: 2 }) };
    expect(decide(strategy, { ...more, resolver }).kind).toBe('take-remote');
    expect(decide(strategy, { local: more.remote, remote: more.local, resolver }).kind).toBe('keep-local');
    expect(decide(strategy, { local: dead(5), remote: dead(9), resolver }).kind).toBe('take-remote');
    expect(decide(strategy, { local: dead(5), remote: dead(5), resolver }).kind).toBe('keep-local');
  }
});

test('[CF24] every resolution gives its reason in a sentence', () => {
  fc.assert(
    fc.property(someCase, (conflict) => /^[A-Z].{10,100}\.$/.test(resolveConflict(conflict).reason)),
    runs,
  );
});

test('[CF24] what is kept in the end wins the order, but for a version that is taken back', () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(someCase, (conflict) => {
      const resolution = resolveConflict(conflict);
      kinds.add(resolution.kind);
      const outcome = outcomeOf(resolution, conflict);
      const wins = [conflict.local, conflict.remote].every((side) => compareRecords(outcome, side) >= 0);
      expect(wins).toBe(resolution.kind !== 'replace-with-remote');
    }),
    runs,
  );
  expect([...kinds].sort()).toEqual(['keep-local', 'new', 'replace-with-remote', 'take-remote']);
});

test('[CF25] the shipped resolvers decide what the strategies of their names decide', () => {
  const shipped: [ConflictStrategy, IConflictResolver][] = [
    ['last-write-wins', new LastWriteWinsResolver()],
    ['server-wins', new ServerWinsResolver()],
    ['client-wins', new ClientWinsResolver()],
    ['merge', new MergeResolver()],
  ];
  fc.assert(
    fc.property(someCase, (conflict) => {
      for (const [strategy, resolver] of shipped) {
        const byName = resolveConflict({ ...conflict, strategy });
        const byResolver = resolveConflict({ ...conflict, strategy: 'custom', resolver });
        expect(byResolver.kind).toBe(byName.kind);
        expect(told(outcomeOf(byResolver, conflict))).toBe(told(outcomeOf(byName, conflict)));
      }
    }),
    { numRuns: 2_000 },
  );
});

test('[CF25] the resolver that merges takes Dates and bytes as values, as the strategy does', () => {
  const [one, two] = [{ $date: isoOf(1) }, { $date: isoOf(2) }];
  const conflict = {
    base: alive(1, { due: one, box: { at: one, bytes: { $bytes: 'AQ==' } } }),
    local: alive(5, { due: two, box: { at: one, bytes: { $bytes: 'Ag==' } } }),
    remote: alive(9, { due: one, box: { at: two, bytes: { $bytes: 'AQ==' } } }),
  };
  const merged = { due: two, box: { at: two, bytes: { $bytes: 'Ag==' } } };
  expect(made(decide('merge', conflict))?.value).toMatchObject(merged);
  expect(made(decide('custom', { ...conflict, resolver: new MergeResolver() }))?.value).toMatchObject(merged);
});
