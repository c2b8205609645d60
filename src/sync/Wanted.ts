import { getOrAdd } from '../util/getOrAdd.ts';

interface Waiting {
  readonly done: Promise<boolean>;
  readonly settle: (isHere: boolean) => void;
}

/** Keys that a reader waits for. They are fetched before all others. */
export class Wanted {
  readonly #waiting = new Map<string, Waiting>();

  /** In the order in which they were asked for. */
  keys(): string[] {
    return [...this.#waiting.keys()];
  }

  has(entityKey: string): boolean {
    return this.#waiting.has(entityKey);
  }

  /** Resolves to whether the key is here now, or cannot be had. */
  want(entityKey: string): Promise<boolean> {
    return getOrAdd(this.#waiting, entityKey, () => {
      let settle: (isHere: boolean) => void = () => {};
      const done = new Promise<boolean>((resolve) => {
        settle = resolve;
      });
      return { done, settle };
    }).done;
  }

  settle(entityKey: string, isHere: boolean): void {
    this.#waiting.get(entityKey)?.settle(isHere);
    this.#waiting.delete(entityKey);
  }

  /** Nothing more comes for now. */
  giveUp(): void {
    for (const key of this.keys()) this.settle(key, false);
  }
}
