interface Unloadable {
  unload(): Promise<void>;
}

interface Slot<T> {
  readonly name: string;
  readonly loaded: Promise<T>;
  instance: T | null;
}

/**
 * One instance at a time. Loading another name unloads what is there first, and every load waits for the unloading
 * before it, so that two never hold the same data.
 */
export class Singleton<T extends Unloadable> {
  #slot: Slot<T> | null = null;
  #leaving: Promise<unknown> = Promise.resolve();

  get instance(): T | null {
    return this.#slot?.instance ?? null;
  }

  load(name: string, create: () => Promise<T>): Promise<T> {
    const earlier = this.#slot;
    if (earlier !== null && earlier.name === name) return earlier.loaded;
    const load = async (): Promise<T> => {
      await (await earlier?.loaded.catch(() => null))?.unload();
      await this.#leaving;
      slot.instance = await create();
      return slot.instance;
    };
    const slot: Slot<T> = { name, instance: null, loaded: Promise.resolve().then(load) };
    this.#slot = slot;
    slot.loaded.catch(() => {
      // The place is left to what could not be unloaded, or free for another try.
      if (this.#slot === slot) this.#slot = earlier !== null && earlier.instance !== null ? earlier : null;
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
    const slot = this.#slot?.instance === instance ? this.#slot : null;
    if (slot !== null) this.#slot = null;
    this.#leaving = unloading.then(
      () => {
        if (slot !== null) slot.instance = null;
      },
      () => {
        if (slot !== null) this.#slot ??= slot;
      },
    );
  }
}
