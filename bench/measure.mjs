// How time is taken: medians after a warm-up, within a budget, so that what takes long is measured fewer times.
export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

export const turn = () => new Promise((done) => setImmediate(done));

export async function collectGarbage() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await turn();
  }
}

const isPromise = (value) => typeof value?.then === 'function';

/** What answers at once is not made to wait for a turn. */
export const settled = async (value) => (isPromise(value) ? await value : value);

/** Milliseconds. */
export async function timed(work) {
  const start = performance.now();
  const result = work();
  if (isPromise(result)) await result;
  return performance.now() - start;
}

/** Enough of them, or as many as the budget allows: three at least, or one, where each takes very long. */
const isEnough = (times, spentMs, { most, budgetMs }) =>
  times.length >= most || (spentMs > budgetMs && times.length >= 3) || (spentMs > budgetMs * 4 && times.length >= 1);

/**
 * Median microseconds of one operation. Groups of calls are timed, so that reading the clock does not show; they grow
 * until one takes a millisecond, which is the warm-up. There are at most `calls` of them to be had.
 */
export async function perOperation(operation, { budgetMs, calls = Number.POSITIVE_INFINITY, most = 200 }) {
  let i = 0;
  const group = (size) =>
    timed(async () => {
      for (let k = 0; k < size; k++) {
        const result = operation(i++);
        if (isPromise(result)) await result;
      }
    });
  let size = 1;
  let first = await group(size);
  while (first < 1 && i + size * 2 < calls / 8) first = await group((size *= 2));
  const times = [];
  for (let spentMs = first; i + size <= calls && !isEnough(times, spentMs, { most, budgetMs }); ) {
    const ms = await group(size);
    times.push(ms / size);
    spentMs += ms;
  }
  // So slow that the call which was to warm it up has used the whole budget.
  return median(times.length > 0 ? times : [first / size]) * 1000;
}

/** Resolves with the moment at which a callback saw what it waits for. */
class Watcher {
  #saw;
  #wanted = null;
  #resolve = null;

  constructor(saw) {
    this.#saw = saw;
  }
  see = (value) => {
    const at = performance.now();
    if (this.#resolve === null || !this.#saw(value, this.#wanted)) return;
    this.#resolve(at);
    this.#resolve = null;
  };
  until(wanted) {
    this.#wanted = wanted;
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}

const warmUps = 5;

/** Median microseconds from a write until the last of so many subscribers has seen it. */
export async function untilSeen({ write, subscribe, saw, next, budgetMs, subscribers = 1, most = 100 }) {
  const watchers = Array.from({ length: subscribers }, () => new Watcher(saw));
  const stops = watchers.map(({ see }) => subscribe(see));
  const times = [];
  const begun = performance.now();
  for (let i = 0; !isEnough(times, performance.now() - begun, { most, budgetMs }); i++) {
    const wanted = next();
    const seen = Promise.all(watchers.map((watcher) => watcher.until(wanted)));
    const start = performance.now();
    const written = write(wanted, i);
    const [at] = await Promise.all([seen, written]);
    const ms = Math.max(...at) - start;
    if (i >= warmUps || performance.now() - begun > budgetMs) times.push(ms);
    await turn();
  }
  for (const stop of stops) stop();
  return median(times) * 1000;
}
