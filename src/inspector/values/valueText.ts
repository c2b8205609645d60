const nothing = '—';

/** A value of an entity as people read it, on one line. */
export function valueText(value: unknown): string {
  if (value === undefined) return nothing;
  if (typeof value === 'string') return value === '' ? "''" : value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value, readable);
  return typeof value === 'bigint' ? `${value}n` : String(value);
}

function readable(_field: string, value: unknown): unknown {
  if (typeof value === 'bigint' || value instanceof Uint8Array) return valueText(value);
  return value;
}
