import type { Difference, ValuePath } from '../interfaces/IDiffCalculator.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { readField, writeField } from './fields.ts';

/** A new value: what lies on a path of the difference is copied, the rest is shared. */
export function applyDifference<T>(before: T, { set, unset }: Difference): T {
  const draft = new Draft(before);
  for (const path of unset) draft.unset(path);
  for (const { path, value } of set) draft.set(path, value);
  return draft.value as T;
}

/** The whole stands in a field too, so that it is replaced like any other value. */
const whole = 'value';

class Draft {
  readonly #root: { readonly [whole]: unknown };
  /** Objects made here: those may be changed, and are copied once, however many paths lead through them. */
  readonly #copies = new Set<object>();

  constructor(before: unknown) {
    this.#root = { [whole]: before };
  }

  get value(): unknown {
    return this.#root[whole];
  }

  set(path: ValuePath, value: unknown): void {
    const [parent, part] = this.#place(path);
    if (Array.isArray(parent)) checkIndex(parent, part, path);
    else if (typeof part !== 'string') throw unfit(path);
    writeField(parent, String(part), value);
  }

  unset(path: ValuePath): void {
    const [parent, part] = this.#place(path);
    if (Array.isArray(parent) || typeof part !== 'string') throw unfit(path);
    Reflect.deleteProperty(parent, part);
  }

  /** A copy of the object that a path ends in, and the last part of the path. */
  #place(path: ValuePath): readonly [object, string | number] {
    const parts = [whole, ...path];
    const last = parts.pop() as string | number;
    let at: object = this.#root;
    for (const part of parts) at = this.#own(at, part, path);
    return [at, last];
  }

  #own(parent: object, part: string | number, path: ValuePath): object {
    if (Array.isArray(parent) !== (typeof part === 'number')) throw unfit(path);
    const child = readField(parent as { readonly [field: string]: unknown }, String(part));
    if (typeof child === 'object' && child !== null && this.#copies.has(child)) return child;
    const copy = copyOf(child);
    if (copy === undefined) throw unfit(path);
    this.#copies.add(copy);
    writeField(parent, String(part), copy);
    return copy;
  }
}

function copyOf(value: unknown): object | undefined {
  if (Array.isArray(value)) return [...value];
  return isPlainObject(value) ? { ...value } : undefined;
}

function checkIndex(list: readonly unknown[], index: string | number, path: ValuePath): void {
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= list.length) throw unfit(path);
}

const unfit = (path: ValuePath): TypeError =>
  new TypeError(`Apply a difference to the value it was made of; this one has no place ${JSON.stringify(path)}.`);
