import { contentOf, type Fields, fieldNames, isNested, readField, writeField } from './fields.ts';
import { sameValue } from './sameValue.ts';

/**
 * Three-way merge of the app's own fields of two entities that began as one. What one side changed or removed is taken
 * from it; what both changed differently is merged if both are objects of fields, else taken from the later side.
 * Swapping the sides gives the same result, so two devices that merge the same versions need not agree first.
 */
export const mergeFields = <Value>(
  base: Fields<Value>,
  local: Fields<Value>,
  remote: Fields<Value>,
  localIsLater: boolean,
): Fields<Value> => mergeNested(contentOf(base), contentOf(local), contentOf(remote), localIsLater) as Fields<Value>;

function mergeNested(base: Fields, local: Fields, remote: Fields, localIsLater: boolean): Fields {
  const merged = {};
  for (const name of fieldNames(local, remote)) {
    const [old, ours, theirs] = [readField(base, name), readField(local, name), readField(remote, name)];
    const value = mergeValue(old, ours, theirs, localIsLater);
    if (value !== undefined) writeField(merged, name, value);
  }
  return merged;
}

function mergeValue(base: unknown, local: unknown, remote: unknown, localIsLater: boolean): unknown {
  if (sameValue(base, local)) return remote;
  if (sameValue(base, remote) || sameValue(local, remote)) return local;
  if (isNested(local) && isNested(remote)) {
    return mergeNested(isNested(base) ? base : {}, local, remote, localIsLater);
  }
  return localIsLater ? local : remote;
}
