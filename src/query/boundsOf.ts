import { conditionsOf } from './compileWhere.ts';
import type { ParsedQuery } from './parseQuery.ts';

type Range = Readonly<Record<string, unknown>>;

/** What an index can use of a `where`: the values and the bounds at its top, which hold for every match. */
export interface Bounds {
  readonly equalities: ReadonlyMap<string, unknown>;
  readonly ranges: ReadonlyMap<string, Range>;
}

export function boundsOf({ where }: Pick<ParsedQuery, 'where'>): Bounds {
  const equalities = new Map<string, unknown>();
  const ranges = new Map<string, Range>();
  for (const [field, value] of Object.entries(where)) {
    if (field.startsWith('$')) continue;
    for (const [operator, operand] of conditionsOf(value, field)) {
      if (operator === '$eq') equalities.set(field, operand);
      else if (/^\$[gl]te?$/.test(operator)) ranges.set(field, { ...ranges.get(field), [operator]: operand });
    }
  }
  return { equalities, ranges };
}
