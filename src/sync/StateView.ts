import type { MetadataManager } from '../MetadataManager.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';
import { LinkState } from './LinkState.ts';

export interface StateViewOptions {
  readonly local: LocalTier;
  readonly metadata: MetadataManager;
}

/** Where this device stands with its cloud, for those who do not talk to it: read, and never written. */
export class StateView {
  readonly #o: StateViewOptions;
  #state: LinkState;

  static async open(options: StateViewOptions): Promise<StateView> {
    return new StateView(options, await LinkState.view({ ...options, newDevice: '' }));
  }

  private constructor(options: StateViewOptions, state: LinkState) {
    this.#o = options;
    this.#state = state;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Whether everything that the cloud has of a key is here, as far as is known. */
  isHeld(entityKey: string): boolean {
    return this.#state.isHeld(entityKey) && !this.#o.local.lost.has(entityKey);
  }

  /** It was written anew. */
  async refresh(): Promise<void> {
    const { metadata } = this.#o;
    const isWaiting = metadata.isWaiting;
    const entries = new Map(this.#state.remote);
    const state = await LinkState.view({ ...this.#o, newDevice: '' });
    for (const key of entries.keys()) if (!state.remote.has(key)) metadata.markHeld(key);
    metadata.wait(isWaiting && state.cursor === null);
    this.#state = state;
  }
}
