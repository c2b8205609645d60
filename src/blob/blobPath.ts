import type { BlobChange, BlobPath } from '../interfaces/BlobPatch.ts';
import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import { type Fields, isFields } from '../util/jsonChecks.ts';

/** How many names lead to what is read and written as one, by the first of them. */
export const depthOf = (path: BlobPath): number =>
  path[0] === 'deleted' ? 3 : path[0] === '$' && (path[1] === 'outbox' || path[1] === 'evicted') ? 4 : 2;

/** Undefined: nothing stands there. */
export function valueAt(blob: unknown, path: BlobPath): JsonValue | undefined {
  let value = blob;
  for (const name of path) {
    if (!isFields(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value as JsonValue | undefined;
}

/** `object['__proto__'] = value` would set the prototype. */
export const setField = (fields: object, name: string, value: JsonValue): void => {
  if (name !== '__proto__') (fields as Fields)[name] = value;
  else Object.defineProperty(fields, name, { value, configurable: true, enumerable: true, writable: true });
};

/** Changes a blob where it stands. What leads to a value is made; what leads to nothing is left. */
export function putAt(blob: object, path: BlobPath, value: JsonValue | undefined): void {
  let fields = blob as Fields;
  for (const name of path.slice(0, -1)) {
    const inner = valueAt(fields, [name]);
    if (!isFields(inner) && value === undefined) return;
    if (!isFields(inner)) setField(fields, name, {});
    fields = valueAt(fields, [name]) as Fields;
  }
  const last = path.at(-1) as string;
  if (value === undefined) delete fields[last];
  else setField(fields, last, value);
}

/** The blob after these changes; the one handed in may be changed. Null: there is none any more. */
export function patched(blob: object | null, changes: readonly BlobChange[]): object | null {
  let after = blob;
  for (const [path, value] of changes) {
    if (path.length === 0) after = (value ?? null) as object | null;
    else {
      after ??= {};
      putAt(after, path, value);
    }
  }
  return after;
}

/** What stands at these places. Null: this is no blob. */
export function partsOf(blob: unknown, paths: readonly BlobPath[]): (JsonValue | undefined)[] | null {
  return isFields(blob) ? paths.map((path) => valueAt(blob, path)) : null;
}
