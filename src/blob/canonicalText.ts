import stringify from 'fast-json-stable-stringify';
import type { JsonValue } from '../interfaces/EntityKeyData.ts';

/** The one text of a value: sorted keys, no spaces. Only for what the codec made: it has no value that JSON loses. */
export const canonicalText = (value: JsonValue | object): string => stringify(value);
