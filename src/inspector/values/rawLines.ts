/** One line of a record as it stands in a tier. */
export interface RawLine {
  readonly text: string;
  /** The field it belongs to says something else in another tier. */
  readonly isOther: boolean;
}

type Fields = { readonly [field: string]: unknown };

/** A stored text on lines, with those marked that differ from the other texts of the same record. */
export function rawLines(text: string, others: readonly string[] = []): readonly RawLine[] {
  const fields = fieldsOf(text);
  if (fields === null) return [{ text, isOther: others.some((other) => other !== text) }];
  const compared = others.map((other) => fieldsOf(other) ?? {});
  const lines = Object.entries(fields).flatMap(([field, value], i, all) => {
    const json = JSON.stringify(value);
    const isOther = compared.some((other) => JSON.stringify(other[field]) !== json);
    const end = i < all.length - 1 ? ',' : '';
    const shown = `${JSON.stringify(field)}: ${JSON.stringify(value, null, 2)}${end}`;
    return shown.split('\n').map((line) => ({ text: `  ${line}`, isOther }));
  });
  return [{ text: '{', isOther: false }, ...lines, { text: '}', isOther: false }];
}

/** Null: it is no object, as that of a deletion. */
function fieldsOf(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}
