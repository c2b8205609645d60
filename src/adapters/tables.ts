import type { EntityKeyData, JsonValue } from '../interfaces/EntityKeyData.ts';

/** A name that stands in SQL as it is. */
export function checkTableName(table: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(table)) return table;
  throw new TypeError(`the table "${table}" needs a name of letters, digits and _, like 'tiersync'`);
}

export const toJson = (data: EntityKeyData): JsonValue => data as unknown as JsonValue;
