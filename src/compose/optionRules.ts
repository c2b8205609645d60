import type { OrchestratorOptions } from '../interfaces/OrchestratorOptions.ts';

/** The options that hold others. */
export type OptionGroups = {
  readonly [Name in 'entities' | 'intervals' | 'environment' | 'sync' | 'quota']?:
    | OrchestratorOptions[Name]
    | undefined;
};

/** Whether a value will do, and what to say if not, to follow "must ". */
export type Rule = readonly [isRight: (value: unknown) => boolean, must: string];
export type Rules = { readonly [name: string]: Rule };
export type Fields = { readonly [field: string]: unknown } | null | undefined;

export const isFunction = (value: unknown): boolean => typeof value === 'function';

export const hasAll = (value: unknown, methods: readonly string[]): boolean =>
  methods.every((name) => isFunction((value as Fields)?.[name]));
export const methods = (...names: readonly string[]): Rule => [
  (value) => hasAll(value, names),
  `have ${names.join(', ')}`,
];

export const aFunction: Rule = [isFunction, 'be a function'];
export const trueOrFalse: Rule = [(value) => typeof value === 'boolean', 'be true or false'];
export const milliseconds: Rule = [(ms) => Number.isFinite(ms) && Number(ms) >= 0, 'be milliseconds, 0 or more'];
export const oneOf = (...values: readonly string[]): Rule => [
  (value) => values.includes(value as string),
  `be one of ${values.join(', ')}`,
];
export const aStrategy: Rule = oneOf('last-write-wins', 'server-wins', 'client-wins', 'merge', 'custom');
export const aResolver: Rule = [(value) => hasAll(value, ['resolve']), 'have a function resolve'];
export const anObject: Rule = [
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'be an object',
];

export function check(path: string, value: unknown, [isRight, must]: Rule): void {
  if (!isRight(value)) throw new TypeError(`${path} must ${must}`);
}

export function checkFields(path: string, fields: object, rules: Rules): void {
  const names = Object.keys(rules);
  for (const [name, value] of Object.entries(fields)) {
    if (!names.includes(name)) {
      throw new TypeError(`${path}${name}: there is no option ${name}; there are ${names.join(', ')}`);
    }
    if (value !== undefined) check(path + name, value, rules[name]!);
  }
}
