import { setField } from '../blob/blobPath.ts';
import { activeOf, graveOf, type KeyDataDraft } from '../blob/keyData.ts';
import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import { type Fields, isFields } from '../util/jsonChecks.ts';

/** A blob without what no record can be read of; the same one, if that is nothing. */
export function withoutUnreadable(data: KeyDataDraft): KeyDataDraft {
  let isChanged = false;
  const kept = (ofName: unknown, isRecord: (id: string, value: unknown) => boolean): Fields => {
    const all = Object.entries(isFields(ofName) ? ofName : {});
    const readable = all.filter(([id, value]) => isRecord(id, value));
    isChanged ||= !isFields(ofName) || readable.length < all.length;
    return fieldsOf(readable);
  };
  const names = Object.entries(data).map(([name, ofName]): [string, unknown] => {
    if (name.startsWith('$')) return [name, ofName];
    if (name !== 'deleted') return [name, kept(ofName, (id, value) => activeOf(name, id, value) !== undefined)];
    isChanged ||= !isFields(ofName);
    const graves = Object.entries(isFields(ofName) ? ofName : {});
    return [
      name,
      fieldsOf(graves.map(([of, times]) => [of, kept(times, (id, time) => graveOf(of, id, time) !== undefined)])),
    ];
  });
  return isChanged ? (fieldsOf(names) as KeyDataDraft) : data;
}

function fieldsOf(entries: readonly (readonly [string, unknown])[]): Fields {
  const fields: Fields = {};
  for (const [name, value] of entries) setField(fields, name, value as JsonValue);
  return fields;
}
