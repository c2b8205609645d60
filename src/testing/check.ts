/** A test as every runner knows it: vitest, node:test, mocha. */
export type TestFunction = (title: string, run: () => Promise<void>) => unknown;

export function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}

/** Equal through and through: same own fields (one that is `undefined` is not a missing one), same bytes, same dates. */
export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  const difference = findDifference(actual, expected, '');
  check(difference === null, `${what}${difference}`);
}

/** By name and code, not by class: an adapter may come with a copy of the package of its own. */
export async function checkRejects(
  call: () => Promise<unknown> | undefined,
  code: string,
  what: string,
): Promise<void> {
  const outcome = await call()?.then(
    () => 'no error',
    (cause: unknown) => cause,
  );
  const { name, code: found } = Object(outcome) as { name?: unknown; code?: unknown };
  const matches = name === 'TierSyncError' && found === code;
  check(matches, `${what} must reject with a TierSyncError of code "${code}", and gave ${String(outcome)}`);
}

function findDifference(actual: unknown, expected: unknown, path: string): string | null {
  if (Object.is(actual, expected)) return null;
  const differs = `: ${path === '' ? 'it' : path} is ${show(actual)} and should be ${show(expected)}`;
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null)
    return differs;
  if (Array.isArray(actual) !== Array.isArray(expected)) return differs;
  if (actual instanceof Date || expected instanceof Date) {
    return String(Number(actual)) === String(Number(expected)) ? null : differs;
  }
  if (actual instanceof Uint8Array && expected instanceof Uint8Array) {
    return actual.length === expected.length && actual.every((byte, at) => byte === expected[at]) ? null : differs;
  }
  const names = Object.keys(expected);
  if (Object.keys(actual).length !== names.length) return differs;
  for (const name of names) {
    if (!Object.hasOwn(actual, name)) return differs;
    const found = findDifference(ownValue(actual, name), ownValue(expected, name), `${path}[${JSON.stringify(name)}]`);
    if (found !== null) return found;
  }
  return null;
}

/** `object['__proto__']` would answer with the prototype. */
function ownValue(object: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(object, name)?.value ?? Reflect.get(object, name);
}

function show(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  const text = typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** Whatever was stored under `__proto__` must not have become a field of every object. */
export function checkNothingPolluted(): void {
  const added: string[] = [];
  for (const name in {}) added.push(name);
  check(added.length === 0 && !('polluted' in {}), `Object.prototype was given ${added.join(', ')}`);
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
