import { TierSyncError } from '../errors.ts';

const slot = Symbol.for('tiersync.package');
const self = Symbol('this copy');

/** Two copies of the package would each believe to be the only one: the second to be used is refused. */
export function claimPackage(): void {
  const shared = globalThis as { [slot]?: symbol };
  shared[slot] ??= self;
  if (shared[slot] === self) return;
  throw new TierSyncError('duplicate-package', 'two copies of tiersync are in use; let your bundler keep one');
}
