import { TierSyncError } from '../errors.ts';

/** A sync that deletes no more than this never asks. */
const few = 20;
/** The default of `maxDeleteShare`. */
const usualShare = 0.5;

export interface DeleteGuardOptions {
  readonly countActive: () => number;
  readonly maxShare: number | undefined;
}

/** Stops a sync that would delete much of what is here, until the app agrees by `forceSync`. */
export class DeleteGuard {
  readonly #o: DeleteGuardOptions;
  #isAllowed = false;
  #total = 0;
  #deleted = 0;

  constructor(options: DeleteGuardOptions) {
    this.#o = options;
  }

  /** A sync begins. All its deletions are counted together, over all keys. */
  begin(isAllowed: boolean): void {
    this.#isAllowed = isAllowed;
    this.#total = this.#o.countActive();
    this.#deleted = 0;
  }

  /** Throws if so many more deletions would be too many. */
  check(count: number): void {
    const { maxShare = usualShare } = this.#o;
    if (this.#isAllowed || this.#deleted + count <= few) return;
    if (this.#deleted + count <= this.#total * maxShare) return;
    const message =
      `this sync would delete ${this.#deleted + count} or more of ${this.#total} entities; look at sync.plan(), ` +
      'say yes with sync.forceSync()';
    throw new TierSyncError('confirm-needed', message);
  }

  /** So many entities were deleted. */
  note(count: number): void {
    this.#deleted += count;
  }
}
