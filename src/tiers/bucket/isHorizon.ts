import type { Horizon } from '../../interfaces/ISharedTier.ts';
import { isPlainObject } from '../../util/isPlainObject.ts';
import { isCount } from '../../util/jsonChecks.ts';

export const isHorizon = (value: unknown): value is Horizon =>
  isPlainObject(value) && isCount(value['seq']) && Number.isSafeInteger(value['stamp']);
