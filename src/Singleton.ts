interface Unloadable {
  unload(): Promise<void>;
  /** True: it is of no use any more, even if unloading it failed at the end. */
  readonly isClosed: boolean;
}

interface Slot<T> {
  readonly name: string;
  readonly loaded: Promise<T>;
}

/**
 * One instance at a time. Loading another name unloads what is there first, and every load waits for the unloading
 * before it, so that two never hold the same data.
 */
export class Singleton<T extends Unloadable> {
  #slot: Slot<T> | null = null;
  /** What was created and is not closed, whatever the slot promises next. */
  #live: { readonly slot: Slot<T>; readonly instance: T } | null = null;
  #leaving: Promise<unknown> = Promise.resolve();

  /** What is loaded and neither on its way out nor being replaced. */
  get instance(): T | null {
    return this.#live !== null && this.#live.slot === this.#slot ? this.#live.instance : null;
  }

  load(name: string, create: () => Promise<T>): Promise<T> {
    const earlier = this.#slot;
    if (earlier !== null && earlier.name === name) return earlier.loaded;
    const load = async (): Promise<T> => {
      await earlier?.loaded.catch(() => null);
      await this.#leaving;
      const live = this.#live;
      if (live !== null && live.slot.name === name) {
        // Unloading it failed: it is what this name stands for, still.
        this.#live = { slot, instance: live.instance };
        return live.instance;
      }
      await live?.instance.unload();
      const instance = await create();
      this.#live = { slot, instance };
      return instance;
    };
    const slot: Slot<T> = { name, loaded: Promise.resolve().then(load) };
    this.#slot = slot;
    slot.loaded.catch(() => {
      // The place is left to what could not be unloaded, or free for another try.
      if (this.#slot === slot) this.#slot = this.#live?.slot ?? null;
    });
    return slot.loaded;
  }

  /** What is loaded, once it is; null if nothing is, and nothing is on its way out either. */
  async settled(): Promise<T | null> {
    const loaded = await this.#slot?.loaded.catch(() => null);
    if (loaded === undefined) await this.#leaving;
    return loaded ?? null;
  }

  /** An instance is unloading: the next load is another one. If it fails, the instance is back in its place. */
  leave(instance: T, unloading: Promise<void>): void {
    const live = this.#live;
    if (live === null || live.instance !== instance) return;
    if (this.#slot === live.slot) this.#slot = null;
    const settle = (): void => {
      if (instance.isClosed) this.#live = null;
      else this.#slot ??= live.slot;
    };
    this.#leaving = unloading.then(settle, settle);
  }
}
