import type { TierProblem } from '../interfaces/ITier.ts';

/** Whether this device lost something that a cloud may still hold. */
export const isLoss = ({ code, tier }: TierProblem): boolean =>
  tier !== 'cloud' && (code === 'corrupt' || code === 'missing');
