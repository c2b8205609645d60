import { TierSyncError } from '../errors.ts';

/** Fewer deletions than this are nobody's disaster. */
const few = 20;

export interface DeleteGuardOptions {
  readonly countActive: () => number;
  readonly maxShare: number;
}

/** Stops a sync that would delete much of what is here, until somebody says yes. */
export class DeleteGuard {
  readonly #o: DeleteGuardOptions;

  constructor(options: DeleteGuardOptions) {
    this.#o = options;
  }

  check(count: number, isAllowed: boolean): void {
    if (isAllowed || count <= few) return;
    const total = this.#o.countActive();
    if (count <= total * this.#o.maxShare) return;
    const message = `this sync would delete ${count} of ${total} entities; look at sync.plan(), say yes with sync.forceSync()`;
    throw new TierSyncError('confirm-needed', message);
  }
}
