import { canonicalText } from './canonicalText.ts';
import { encodeValue } from './codec.ts';

const encoder = new TextEncoder();

/** How many bytes a value takes as it stands in a blob. */
export const textBytes = (value: unknown): number => encoder.encode(canonicalText(encodeValue(value))).length;
