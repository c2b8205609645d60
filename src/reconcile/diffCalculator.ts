import type { Difference, IDiffCalculator, ValuePath } from '../interfaces/IDiffCalculator.ts';
import { applyDifference } from './applyDifference.ts';
import { fieldNames, isNested, readField } from './fields.ts';
import { sameValue } from './sameValue.ts';

interface Draft {
  readonly set: { path: ValuePath; value: unknown }[];
  readonly unset: ValuePath[];
}

/** Names, applies and inverts the differences of two values. */
export const diffCalculator: IDiffCalculator = {
  diff(before: unknown, after: unknown): Difference {
    const draft: Draft = { set: [], unset: [] };
    collect(before, after, [], draft);
    return draft;
  },

  apply: applyDifference,

  invert(before: unknown, difference: Difference): Difference {
    return diffCalculator.diff(applyDifference(before, difference), before);
  },

  isEmpty({ set, unset }: Difference): boolean {
    return set.length === 0 && unset.length === 0;
  },
};

function collect(before: unknown, after: unknown, path: ValuePath, into: Draft): void {
  if (isNested(before) && isNested(after)) {
    for (const name of fieldNames(before, after)) {
      const [old, value] = [readField(before, name), readField(after, name)];
      if (value !== undefined) collect(old, value, [...path, name], into);
      else if (old !== undefined) into.unset.push([...path, name]);
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (let i = 0; i < after.length; i++) collect(before[i], after[i], [...path, i], into);
  } else if (!sameValue(before, after)) {
    into.set.push({ path, value: after });
  }
}
