import { TierSyncError } from '../errors.ts';

/** Fewer deletions than this are nobody's disaster. */
const few = 20;
/** Where the app says nothing else. */
const usualShare = 0.5;

export interface DeleteGuardOptions {
  readonly countActive: () => number;
  readonly maxShare: number | undefined;
}

/** Stops a sync that would delete much of what is here, until somebody says yes. */
export class DeleteGuard {
  readonly #o: DeleteGuardOptions;
  #isAllowed = false;
  #total = 0;
  #deleted = 0;

  constructor(options: DeleteGuardOptions) {
    this.#o = options;
  }

  /** A sync begins: what it deletes counts together, however it is spread over keys. */
  begin(isAllowed: boolean): void {
    this.#isAllowed = isAllowed;
    this.#total = this.#o.countActive();
    this.#deleted = 0;
  }

  /** So many more of what is here are about to be deleted. */
  check(count: number): void {
    const { maxShare = usualShare } = this.#o;
    if (this.#isAllowed || this.#deleted + count <= few) return;
    if (this.#deleted + count <= this.#total * maxShare) return;
    const message =
      `this sync would delete ${this.#deleted + count} or more of ${this.#total} entities; look at sync.plan(), ` +
      'say yes with sync.forceSync()';
    throw new TierSyncError('confirm-needed', message);
  }

  /** They are deleted. */
  note(count: number): void {
    this.#deleted += count;
  }
}
