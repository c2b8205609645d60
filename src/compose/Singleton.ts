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
    const live = this.#live;
    return live !== null && live.slot === this.#slot && !live.instance.isClosed ? live.instance : null;
  }

  /** Where `prepare` fails, everything stays as it is. */
  load<Parts>(name: string, prepare: () => Promise<Parts>, create: (parts: Parts) => Promise<T>): Promise<T> {
    const earlier = this.#slot;
    // It may have come to an end by itself, as where another tab has cleared the data.
    const isOver = this.#live?.slot === earlier && this.#live?.instance.isClosed;
    if (earlier !== null && earlier.name === name && !isOver) return earlier.loaded;
    // As it is now: an unloading that is asked for later waits for this load.
    const leaving = this.#leaving;
    const load = async (): Promise<T> => {
      await earlier?.loaded.catch(() => null);
      await leaving;
      const parts = await prepare();
      const live = this.#live;
      if (live !== null && live.slot.name === name && !live.instance.isClosed) {
        // Unloading it failed: it is what this name stands for, still.
        this.#live = { slot, instance: live.instance };
        return live.instance;
      }
      await live?.instance.unload();
      const instance = await create(parts);
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

  /** Unloads what is loaded, or will be; a load after this call is another one. */
  async unload(unloadIt: (instance: T) => Promise<void>): Promise<void> {
    const slot = this.#slot;
    if (slot === null) return void (await this.#leaving);
    if (this.instance !== null) return unloadIt(this.instance);
    this.#slot = null;
    const done = slot.loaded
      .catch(() => this.#live?.instance)
      .then((instance) => (instance === undefined ? undefined : unloadIt(instance)));
    this.#leaving = done.catch(() => {});
    await done;
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
