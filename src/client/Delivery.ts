import type { JsonValue } from '../interfaces/EntityKeyData.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';
import { placeOf } from '../util/placeOf.ts';
import type { Outcome } from './backendAnswers.ts';

type Push = (changes: readonly Change[], cursor: JsonValue) => Promise<Outcome | 'stale'>;

interface Answered {
  readonly hash: number | undefined;
  readonly result: ApplyResult;
}

const keyOf = ({ entityName, id }: Change): string => placeOf(entityName, id);

/**
 * Sends changes in batches, in their order. Where a batch fails, nobody hears of those before it; so their answers are
 * kept, and given when the same is to be sent again.
 */
export class Delivery {
  readonly #push: Push;
  readonly #batchSize: number;
  readonly #answered = new Map<string, Answered>();

  constructor(push: Push, batchSize: number) {
    this.#push = push;
    this.#batchSize = batchSize;
  }

  async send(changes: readonly Change[], since: JsonValue): Promise<Outcome | 'stale'> {
    const open = changes.filter((change) => this.#answerTo(change) === undefined);
    let cursor: JsonValue | undefined;
    for (let i = 0; i < open.length; i += this.#batchSize) {
      const batch = open.slice(i, i + this.#batchSize);
      const outcome = await this.#push(batch, cursor === undefined ? since : cursor);
      if (outcome === 'stale') return 'stale';
      // Only if every batch was told of: past one that was not, others may have written too.
      cursor = i === 0 || cursor !== undefined ? outcome.cursor : undefined;
      for (const [n, result] of outcome.results.entries()) {
        const change = batch[n] as Change;
        this.#answered.set(keyOf(change), { hash: change.record?.hash, result });
      }
    }
    const results = changes.map((change) => this.#answerTo(change) as ApplyResult);
    this.#answered.clear();
    return { results, cursor };
  }

  /** The backend holds these. Where that is not what was sent, the answer to it says nothing any more. */
  forget(changes: readonly Change[]): void {
    for (const change of changes) if (this.#answerTo(change) === undefined) this.#answered.delete(keyOf(change));
  }

  #answerTo(change: Change): ApplyResult | undefined {
    const answered = this.#answered.get(keyOf(change));
    return answered?.hash === change.record?.hash ? answered?.result : undefined;
  }
}
