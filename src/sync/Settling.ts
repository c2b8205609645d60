import type { ApplyResult } from '../interfaces/ITier.ts';
import type { Outgoing } from '../reconcile/takePending.ts';
import { placeOf } from '../util/placeOf.ts';

export interface SettlingOptions {
  /** False: the cloud keeps writers apart, and its word is enough. */
  readonly isNeeded: boolean;
  readonly now: () => number;
}

interface Sent {
  readonly hash: number;
  readonly at: number;
}

/** Another writer may have read before and may write after us: longer than any write takes. */
const settleMs = 5_000;

/**
 * Where nothing keeps two writers apart, what was sent may be written over by one who had not seen it. So it counts as
 * there only when it is seen in the data itself, some time after it was sent.
 */
export class Settling {
  readonly #o: SettlingOptions;
  readonly #sent = new Map<string, Sent>();

  constructor(options: SettlingOptions) {
    this.#o = options;
  }

  /** Those of the answers that can be believed at once. */
  sent(outgoing: readonly Outgoing[], results: readonly ApplyResult[]): readonly Outgoing[] {
    if (!this.#o.isNeeded) return outgoing;
    const at = this.#o.now();
    return outgoing.filter(({ entityName, id, record }, i) => {
      if (results[i]?.outcome !== 'applied') return true;
      this.#sent.set(placeOf(entityName, id), { hash: record.hash, at });
      return false;
    });
  }

  /** Sent a moment ago, as it is: not to be sent again before it was looked for. */
  isWaiting({ entityName, id, record }: Outgoing): boolean {
    const sent = this.#sent.get(placeOf(entityName, id));
    return sent?.hash === record.hash && !this.#isOver(sent);
  }

  /** Asked when it is seen in the data. */
  isSettled(entityName: string, id: string): boolean {
    if (!this.#o.isNeeded) return true;
    const place = placeOf(entityName, id);
    const sent = this.#sent.get(place);
    // From before a restart: its time begins when it is seen.
    if (sent === undefined) this.#sent.set(place, { hash: 0, at: this.#o.now() });
    if (sent === undefined || !this.#isOver(sent)) return false;
    this.#sent.delete(place);
    return true;
  }

  /** Whether to compare although nothing is new: what waits to be seen may have been there all the time. */
  isToLook(waiting: number): boolean {
    return this.#o.isNeeded && waiting > 0;
  }

  /** It waits no more, or gave way to something else. */
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
