import type { Horizon } from '../../interfaces/ISharedTier.ts';
import { isPlainObject } from '../../util/isPlainObject.ts';

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export const isHorizon = (value: unknown): value is Horizon =>
  isPlainObject(value) && isCount(value['seq']) && Number.isSafeInteger(value['stamp']);
