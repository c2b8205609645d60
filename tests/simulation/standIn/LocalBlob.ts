import type { EntityKeyData, IBucket, IPersistence } from 'tiersync';

const key = 'app.stand-in';

/** One text on the local medium, whichever kind that is. */
export class LocalBlob {
  readonly #medium: IBucket | IPersistence;

  constructor(medium: IBucket | IPersistence) {
    this.#medium = medium;
  }

  async read(): Promise<string | null> {
    if ('loadData' in this.#medium) {
      const blob = (await this.#medium.loadData(key)) as { text?: string } | null;
      return blob?.text ?? null;
    }
    const found = await this.#medium.get(key);
    return found === null || found === 'unchanged' ? null : new TextDecoder().decode(found.bytes);
  }

  async write(text: string): Promise<void> {
    if ('loadData' in this.#medium) await this.#medium.storeData(key, { text } as unknown as EntityKeyData);
    else await this.#medium.put(key, new TextEncoder().encode(text));
  }

  async close(): Promise<void> {
    await this.#medium.close?.();
  }
}
