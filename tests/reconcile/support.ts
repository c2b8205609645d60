import fc from 'fast-check';
import { EntityCodec } from '../../src/blob/EntityCodec.ts';
import { activeRecord, tombstone } from '../../src/blob/records.ts';
import { takeIn } from '../../src/blob/takeIn.ts';
import type { AnyEntity } from '../../src/interfaces/Entity.ts';
import type { JsonValue, StoredEntity } from '../../src/interfaces/EntityKeyData.ts';
import type { StoredRecord } from '../../src/interfaces/StoredRecord.ts';
import type { ConflictCase, ConflictResolution } from '../../src/reconcile/resolveConflict.ts';
import { isPlainObject } from '../../src/util/isPlainObject.ts';
import { isoOf } from '../blob/support.ts';
import { randomFrom } from '../support/randomFrom.ts';

/** The outermost object is no array and no leaf; few names and few values, so that two of them share much. */
const treeOf = <Leaf>(leaf: fc.Arbitrary<Leaf>, names: readonly string[]): fc.Arbitrary<Record<string, unknown>> => {
  const fields = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> =>
    fc.dictionary(fc.constantFrom(...names), value, { minKeys: 1, maxKeys: 4 });
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'max' },
      { weight: 3, arbitrary: leaf },
      { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
      { weight: 3, arbitrary: fields(tie('value')) },
    ),
  }));
  return fields(value);
};

const leaves = [0, -0, 1, 1n, Number.NaN, null, '', 'a', new Date(0), new Date(1), Uint8Array.of(1), Uint8Array.of(2)];

/** Values as an app holds them. */
export const heldTree: fc.Arbitrary<Record<string, unknown>> = treeOf(fc.constantFrom<unknown>(...leaves), [
  'a',
  'b',
  'constructor',
  'toString',
  '$date',
]);

/** The same without a value that is not looked into. */
export const plainTree: fc.Arbitrary<Record<string, unknown>> = treeOf(
  fc.constantFrom<unknown>(0, 1, null, 'a', new Date(0)),
  ['a', 'b', 'constructor'],
);

const tagged: readonly JsonValue[] = [{ $date: isoOf(0) }, { $date: isoOf(1) }, { $bytes: 'AQ==' }, { $later: '1' }];

/** Fields as they stand in a blob. */
export const storedTree: fc.Arbitrary<Record<string, JsonValue>> = treeOf(
  fc.constantFrom<JsonValue>(0, 1, null, 'a', 'b', ...tagged),
  ['a', 'b', 'constructor', '$$date'],
) as fc.Arbitrary<Record<string, JsonValue>>;

/** An edit of a value: some places are changed, others are not. */
export const editOf = <Tree extends object>(before: Tree, trees: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
  fc.tuple(trees, fc.nat()).map(([source, seed]) => blend(before, source, randomFrom(seed)) as Tree);

/** A value and an edit of it. */
export const editedPair = <Tree extends object>(trees: fc.Arbitrary<Tree>): fc.Arbitrary<[Tree, Tree]> =>
  trees.chain((before) => fc.tuple(fc.constant(before), editOf(before, trees)));

function blend(a: unknown, b: unknown, random: () => number): unknown {
  if (Array.isArray(a))
    return a.map((item, i) => (random() < 0.6 ? item : blend(item, Array.isArray(b) ? b[i] : b, random)));
  if (!isPlainObject(a)) return b === undefined ? a : b;
  const other = isPlainObject(b) ? b : {};
  const blended: Record<string, unknown> = {};
  for (const name of Object.keys({ ...a, ...other })) {
    const [old, value] = [a, other].map((side) => (Object.hasOwn(side, name) ? side[name] : undefined));
    const chance = random();
    const made = chance < 0.3 ? old : chance < 0.85 ? blend(old, value, random) : value;
    if (made !== undefined) blended[name] = made;
  }
  return blended;
}

export const alive = (
  time: number,
  fields: { readonly [field: string]: JsonValue } = {},
  { version = 1, created = 0 }: { readonly version?: number; readonly created?: number } = {},
): StoredRecord => {
  const engine = { id: 'x', createdAt: isoOf(created), updatedAt: isoOf(time), version };
  return activeRecord('Task', 'x', { ...fields, ...engine });
};

export const dead = (time: number): StoredRecord => tombstone('Task', 'x', isoOf(time));

const codec = new EntityCodec({
  entityName: 'Task',
  onMigrationError: (error) => {
    throw error;
  },
});

export const show = (record: StoredRecord | null | undefined): AnyEntity | null | undefined =>
  record?.value ? codec.decode(record) : record && null;

export const store: ConflictCase['store'] = (fields, engine) =>
  codec.encode(takeIn('Task', fields, engine)).value as StoredEntity;

/** What both sides hold once a resolution is carried out. */
export function outcomeOf(resolution: ConflictResolution, { local, remote }: ConflictCase): StoredRecord {
  if (resolution.kind === 'new') return resolution.record;
  return resolution.kind === 'keep-local' ? local : remote;
}
