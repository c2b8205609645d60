import type { SyncScope } from '../interfaces/SyncTypes.ts';
import type { SyncRequest } from '../interfaces/SyncWork.ts';
import { isPlainObject } from '../util/isPlainObject.ts';
import { isSame } from '../util/isSame.ts';

export type SyncAsk = Omit<SyncRequest, 'onProgress'>;

/** A run that was promised and has not begun. */
export interface WaitingSync {
  readonly ask: SyncAsk;
  readonly done: Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

const methods = 'push(), pull(), forceSync() and plan()';
const areTexts = (texts: unknown): boolean =>
  texts === undefined || (Array.isArray(texts) && texts.every((text) => typeof text === 'string'));

/** A handler of clicks is easily given the event for a scope. */
export function checkScope(scope: SyncScope | undefined): void {
  if (scope === undefined) return;
  const isKnown = isPlainObject(scope) && Object.keys(scope).every((name) => name === 'collections' || name === 'ids');
  if (!isKnown || !areTexts(scope.collections) || !areTexts(scope.ids)) {
    throw new TypeError(`${methods} take nothing, or { collections: ['Task'], ids: ['...'] }`);
  }
}

/** What was asked for and has not begun. Two who speak of the same entities share one run that does what both want. */
export class SyncRequests {
  readonly #waiting: WaitingSync[] = [];

  add(ask: SyncAsk): Promise<void> {
    const at = this.#waiting.findIndex(({ ask: { scope } }) => isSame(scope, ask.scope));
    const same = this.#waiting[at];
    if (same !== undefined) {
      this.#waiting[at] = { ...same, ask: widen(same.ask, ask) };
      return same.done;
    }
    const { promise: done, resolve, reject } = withResolvers();
    this.#waiting.push({ ask, done, resolve, reject });
    return done;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** The one that has waited longest begins: from here on nobody joins it. */
  shift(): WaitingSync | undefined {
    return this.#waiting.shift();
  }

  refuse(reason: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}

function widen(a: SyncAsk, b: SyncAsk): SyncAsk {
  return {
    scope: a.scope,
    pull: a.pull || b.pull,
    push: a.push || b.push,
    isForced: a.isForced || b.isForced,
    isFresh: a.isFresh || b.isFresh,
  };
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let resolve = (): void => {};
  let reject = (_error: unknown): void => {};
  const promise = new Promise<void>((onDone, onFailed) => {
    resolve = onDone;
    reject = onFailed;
  });
  return { promise, resolve, reject };
}
