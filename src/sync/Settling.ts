import type { ApplyResult } from '../interfaces/ITier.ts';
import type { Outgoing } from '../reconcile/takePending.ts';
import { placeOf } from '../util/placeOf.ts';

export interface SettlingOptions {
  /** False: the cloud keeps writers apart, so that its answer to a commit is final. */
  readonly isNeeded: boolean;
  readonly now: () => number;
}

interface Sent {
  readonly hash: number;
  readonly at: number;
}

/** Another writer may have read before our write, and write after it. By then it is done: no write takes as long as this. */
const settleMs = 5_000;

/**
 * For a cloud that cannot keep two writers apart: what was sent may be overwritten by somebody who had not seen it. So it
 * counts as confirmed only when it is seen in the data of the cloud some time after it was sent.
 */
export class Settling {
  readonly #o: SettlingOptions;
  readonly #sent = new Map<string, Sent>();

  constructor(options: SettlingOptions) {
    this.#o = options;
  }

  /** Notes what was sent. Returns the changes whose answers can be believed at once. */
  sent(outgoing: readonly Outgoing[], results: readonly ApplyResult[]): readonly Outgoing[] {
    if (!this.#o.isNeeded) return outgoing;
    const at = this.#o.now();
    return outgoing.filter(({ entityName, id, record }, i) => {
      if (results[i]?.outcome !== 'applied') return true;
      this.#sent.set(placeOf(entityName, id), { hash: record.hash, at });
      return false;
    });
  }

  /** Whether this very version was sent a moment ago. It is not sent again before somebody has looked for it. */
  isWaiting({ entityName, id, record }: Outgoing): boolean {
    const sent = this.#sent.get(placeOf(entityName, id));
    return sent?.hash === record.hash && !this.#isOver(sent);
  }

  /** Asked when the version is seen in the data of the cloud: whether it is sure to stay there. */
  isSettled(entityName: string, id: string): boolean {
    if (!this.#o.isNeeded) return true;
    const place = placeOf(entityName, id);
    const sent = this.#sent.get(place);
    // It was sent before a restart, and nobody knows when: its time begins now.
    if (sent === undefined) this.#sent.set(place, { hash: 0, at: this.#o.now() });
    if (sent === undefined || !this.#isOver(sent)) return false;
    this.#sent.delete(place);
    return true;
  }

  /** Whether to compare although nothing is new: a version that waits to be confirmed may stand there already. */
  isToLook(waiting: number): boolean {
    return this.#o.isNeeded && waiting > 0;
  }

  /** The entity is confirmed, or another version of it takes the place of the one that was sent. */
  forget(entityName: string, id: string): void {
    this.#sent.delete(placeOf(entityName, id));
  }

  /** When it is worth looking again; null: nothing waits. */
  get againInMs(): number | null {
    return this.#sent.size === 0 ? null : settleMs;
  }

  #isOver({ at }: Sent): boolean {
    return Math.abs(this.#o.now() - at) >= settleMs;
  }
}
