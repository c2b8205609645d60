import { TierSyncError } from '../errors.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';

/** Where nothing keeps an app out, somebody has to say that there is none. */
export function claimAlone({ exclusive }: IPersistence, { isAlone }: { readonly isAlone?: boolean }): void {
  if (exclusive !== undefined || isAlone === true) return;
  throw new TierSyncError(
    'locked',
    'nothing keeps a running app out of this store (it has no `exclusive`); close the app, then say `isAlone: true`',
  );
}
