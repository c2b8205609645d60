import { isCondition } from './compileCondition.ts';

/** The bounds on one field, as written. */
export interface Range {
  readonly $gt?: unknown;
  readonly $gte?: unknown;
  readonly $lt?: unknown;
  readonly $lte?: unknown;
}

/** What an index can use of a `where`: the conditions that stand at its top and hold for every match. */
export interface QueryTerms {
  readonly equalities: ReadonlyMap<string, unknown>;
  readonly ranges: ReadonlyMap<string, Range>;
  /** How many conditions there are in all; an index that answers as many leaves nothing to filter. */
  readonly conditions: number;
}

const bounds: ReadonlySet<string> = new Set(['$gt', '$gte', '$lt', '$lte']);

export function queryTerms(where: Readonly<Record<string, unknown>>): QueryTerms {
  const equalities = new Map<string, unknown>();
  const ranges = new Map<string, Range>();
  let conditions = 0;
  for (const [field, value] of Object.entries(where)) {
    if (field.startsWith('$') || !isCondition(value, field)) {
      conditions++;
      if (!field.startsWith('$')) equalities.set(field, value);
      continue;
    }
    for (const [operator, operand] of Object.entries(value)) {
      conditions++;
      if (operator === '$eq') equalities.set(field, operand);
      else if (bounds.has(operator)) ranges.set(field, { ...ranges.get(field), [operator]: operand });
    }
  }
  return { equalities, ranges, conditions };
}
