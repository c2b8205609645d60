import type { Loading } from './interfaces/Loading.ts';
import type { MetadataManager } from './MetadataManager.ts';

/** What a cloud does for readers. */
export interface CloudReads {
  known(): Promise<void>;
  ensure(entityKeys: Iterable<string>): Promise<void>;
}

export interface ReadThroughOptions {
  readonly loader: Loading;
  readonly metadata: MetadataManager;
  readonly cloud: () => CloudReads | null;
}

/** A read goes down as far as it has to: what the cloud has comes to this device, what the device has into memory. */
export class ReadThrough implements Loading {
  readonly #o: ReadThroughOptions;

  constructor(options: ReadThroughOptions) {
    this.#o = options;
  }

  async known(): Promise<void> {
    await this.#o.cloud()?.known();
  }

  async load(entityKeys: Iterable<string>): Promise<void> {
    const keys = [...entityKeys];
    await this.#bring(keys);
    await this.#o.loader.load(keys);
  }

  async loadReadable(entityKeys: Iterable<string>): Promise<void> {
    const keys = [...entityKeys];
    await this.#bring(keys);
    await this.#o.loader.loadReadable(keys);
  }

  async #bring(keys: readonly string[]): Promise<void> {
    if (keys.some((key) => this.#o.metadata.isRemote(key))) await this.#o.cloud()?.ensure(keys);
  }
}
