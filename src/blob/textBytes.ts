import { encodeValue } from './encodeValue.ts';

const encoder = new TextEncoder();

/** How many bytes a value takes as it stands in a blob: the order of its keys, which is another there, does not matter. */
export const textBytes = (value: unknown): number => encoder.encode(JSON.stringify(encodeValue(value))).length;
