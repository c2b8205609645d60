import fc from 'fast-check';
import type { AnyEntity } from '../../src/interfaces/Entity.ts';
import type { QueryOptions } from '../../src/interfaces/QueryOptions.ts';
import { compilePath } from '../../src/query/fieldPath.ts';

const day = new Date('2026-01-01T00:00:00.000Z');

export function entity(id: string, fields: Readonly<Record<string, unknown>> = {}): AnyEntity {
  return { createdAt: day, updatedAt: day, version: 1, ...fields, id };
}

export const readPath = (one: AnyEntity, path: string): unknown => compilePath(path)(one);

/** Few values of many kinds, so that ties, equal values of different types and missing ones are frequent. */
export const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -2, max: 3 }) },
  { weight: 3, arbitrary: fc.constantFrom('', 'a', 'ab', 'B', 'é', '\u0000a', '~', '1') },
  { weight: 2, arbitrary: fc.constantFrom(0n, 1n, 2n ** 60n, 2 ** 60, Number.NaN, -0, 0.5, Number.POSITIVE_INFINITY) },
  { weight: 2, arbitrary: fc.constantFrom(true, false, null) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 2 }).map((time) => new Date(time)) },
  { weight: 1, arbitrary: fc.constantFrom(new Uint8Array([1]), new Uint8Array([1, 2]), new Uint8Array()) },
  { weight: 1, arbitrary: fc.constantFrom([], [1], [1, 'a'], [[1]], [1n]) },
  { weight: 1, arbitrary: fc.constantFrom({}, { x: 1 }, { x: 1, y: 'a' }, { y: 'a', x: 1 }, { x: new Date(1) }) },
);

const fields: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    status: fc.constantFrom<unknown>('open', 'closed', 'late', null, 1),
    score: value,
    rank: fc.integer({ min: 0, max: 4 }),
    place: fc.record({ city: value }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

export const someId: fc.Arbitrary<string> = fc.integer({ min: 0, max: 29 }).map((n) => `e${n}`);

export const someEntity: fc.Arbitrary<AnyEntity> = fc.tuple(someId, fields).map(([id, given]) => entity(id, given));

export const collection: fc.Arbitrary<AnyEntity[]> = fc.uniqueArray(someEntity, {
  selector: (one) => one.id,
  maxLength: 30,
  // Without it fast-check stays at about ten.
  size: 'max',
});

const path = fc.constantFrom('status', 'score', 'rank', 'place.city');
const operand = value.filter((one) => one !== undefined);
const scalar = operand.filter((one) => typeof one !== 'object' || one instanceof Date);

const condition: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>('open', 'closed', null, 1, 2),
  operand,
  fc.record({ $eq: operand }),
  fc.record({ $ne: operand }),
  fc.record({ $gt: scalar }),
  fc.record({ $gte: scalar, $lt: scalar }),
  fc.record({ $gt: fc.integer({ min: -2, max: 1 }), $lte: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ $lte: scalar }),
  fc.record({ $in: fc.array(operand, { maxLength: 4 }) }),
  fc.record({ $nin: fc.array(operand, { maxLength: 4 }) }),
  fc.record({ $contains: operand }),
  fc.record({ $startsWith: fc.constantFrom('', 'a', 'o') }),
  fc.record({ $exists: fc.boolean() }),
);

const flat = fc.dictionary(path, condition, { maxKeys: 3 });

export const where: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  { weight: 4, arbitrary: flat },
  { weight: 1, arbitrary: fc.record({ $or: fc.array(flat, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ $and: fc.array(flat, { maxLength: 3 }), $not: flat }) },
);

const direction = fc.constantFrom<'asc' | 'desc'>('asc', 'desc');

export const sort: fc.Arbitrary<{ field: string; direction: 'asc' | 'desc' }[]> = fc.array(
  fc.record({ field: fc.oneof(path, fc.constant('id')), direction }),
  { maxLength: 3 },
);

export const query: fc.Arbitrary<QueryOptions> = fc.record(
  {
    where,
    sort,
    ids: fc.array(someId, { maxLength: 30 }),
    limit: fc.integer({ min: 0, max: 12 }),
    offset: fc.integer({ min: 0, max: 6 }),
  },
  { requiredKeys: [] },
);

export const orderedQuery: fc.Arbitrary<QueryOptions> = fc
  .tuple(query, sort)
  .map(([options, order]) => ({ ...options, sort: options.sort ?? order }));

export function idsOf(entities: readonly AnyEntity[]): string[] {
  return entities.map((one) => one.id);
}
