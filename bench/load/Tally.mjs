// What the sockets of one fleet have heard and been answered.
import { createHistogram } from 'node:perf_hooks';

const tenths = (value) => Math.round(value * 10) / 10;
const microseconds = (ms) => Math.max(1, Math.round(ms * 1000));

export class Tally {
  delivered = 0;
  /** The same version, or an older one, told again. */
  doubled = 0;
  /** Versions that were replaced before they were told: only the newest is. */
  overtaken = 0;
  /** Events that do not join on to the one before. */
  gaps = 0;
  pokes = 0;
  stale = 0;
  refusals = new Map();
  #delay = createHistogram();
  #confirmed = createHistogram();

  refused(code) {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  /** From the writing by one member to the hearing by another. */
  heardAfter(ms) {
    this.#delay.record(microseconds(ms));
  }

  /** From the writing to the answer. */
  confirmedAfter(ms) {
    this.#confirmed.record(microseconds(ms));
  }

  resetTimes() {
    this.#delay.reset();
    this.#confirmed.reset();
  }

  report() {
    const { delivered, doubled, overtaken, gaps, pokes, stale, refusals } = this;
    const of = (histogram, percent) => tenths(histogram.percentile(percent) / 1000);
    return {
      ...{ delivered, doubled, overtaken, gaps, pokes, stale, refusals: Object.fromEntries(refusals) },
      delayP50: of(this.#delay, 50),
      delayP99: of(this.#delay, 99),
      delayMax: of(this.#delay, 100),
      confirmedP50: of(this.#confirmed, 50),
      confirmedP99: of(this.#confirmed, 99),
    };
  }
}
