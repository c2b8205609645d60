/** A JSON object, of which nothing is known yet. */
export type Fields = { [field: string]: unknown };

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
