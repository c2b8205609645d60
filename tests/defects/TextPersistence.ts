import type { EntityKeyData } from '../../src/interfaces/EntityKeyData.ts';
import type { IPersistence } from '../../src/interfaces/IPersistence.ts';

/** A local tier that outlives restarts and keeps texts, so that nothing in it is shared with anybody. */
export class TextPersistence implements IPersistence {
  readonly texts: Map<string, string>;
  readonly loads: string[] = [];
  readonly stores: string[] = [];
  /** Runs when a blob is about to be stored, after its text was made; may wait. */
  onStore: (key: string) => void | Promise<void> = () => {};
  onLoad: (key: string) => void | Promise<void> = () => {};

  constructor(texts: Map<string, string> = new Map()) {
    this.texts = texts;
  }

  async loadData(key: string): Promise<EntityKeyData | null> {
    this.loads.push(key);
    await this.onLoad(key);
    const text = this.texts.get(key);
    return text === undefined ? null : (JSON.parse(text) as EntityKeyData);
  }

  async storeData(key: string, data: EntityKeyData): Promise<void> {
    this.stores.push(key);
    const text = JSON.stringify(data);
    await this.onStore(key);
    this.texts.set(key, text);
  }

  async clearData(key: string): Promise<void> {
    this.texts.delete(key);
  }

  async listKeys(prefix: string): Promise<readonly string[]> {
    return [...this.texts.keys()].filter((key) => key.startsWith(prefix));
  }

  forgetCalls(): void {
    this.loads.length = 0;
    this.stores.length = 0;
  }
}
