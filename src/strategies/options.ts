import { checkLayout } from '../util/checkLayout.ts';
import { describe } from '../util/checkName.ts';
import type { KeyLayout } from '../util/keyLayout.ts';

/** What every shipped strategy takes. */
export interface KeyStrategyOptions {
  /** Stands between the parts of an id. Default `.`. */
  readonly separator?: string;
  /** Length of the random part of an id. Default 21: no collision in the life of any app. */
  readonly identifierLength?: number;
}

export function layoutOf({ separator = '.', identifierLength = 21 }: KeyStrategyOptions): KeyLayout {
  const layout = { separator, identifierLength };
  checkLayout(layout);
  return layout;
}

export function checkField(strategyName: string, field: string): void {
  if (typeof field === 'string' && field !== '') return;
  throw new TypeError(`${strategyName} takes the name of a field, such as 'projectId'; got ${describe(field)}.`);
}

const queryOptions = ['ids', 'where', 'sort', 'limit', 'offset'];

/** Where a field's name is also the name of its filter, it must not mean something else in a query. */
export function checkFilterField(strategyName: string, field: string, filters: readonly string[] = []): void {
  checkField(strategyName, field);
  if (!queryOptions.includes(field) && !filters.includes(field)) return;
  throw new TypeError(`${strategyName} needs a field of another name: ${field} already means something in a query.`);
}

/** The values that a query gives for a field, one or several; `undefined` where it says nothing about the field. */
export function filterValues(options: object, field: string): readonly unknown[] | undefined {
  if (!Object.hasOwn(options, field)) return undefined;
  const given = (options as { readonly [filter: string]: unknown })[field];
  return Array.isArray(given) ? given : [given];
}

/** The error for a value that no entity can have in that field; `undefined` is mostly a variable without a value yet. */
export function unusableFilter(field: string, value: unknown): TypeError {
  return new TypeError(
    `Write the filter ${field} as a text, a number, a boolean, a Date or an array of them, and null for entities ` +
      `without one; got ${describe(value)}.`,
  );
}
