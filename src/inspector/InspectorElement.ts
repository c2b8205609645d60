import { type AnyData, dataInUse } from '../watching/dataInUse.ts';
import { make } from './dom/make.ts';
import { Inspector } from './Inspector.ts';
import { page } from './page.ts';
import { styleSheet } from './styles/styleSheet.ts';

/** Shows what stands in the tiers of an app, and how they are synced. */
export interface TierSyncInspector extends HTMLElement {
  /** What `DataOrchestrator.load` or `create` gives; left out: the singleton. */
  data: AnyData | null;
}

/** Made where there are elements: on a server there are none to extend. */
export function inspectorElement(): CustomElementConstructor {
  return class extends HTMLElement implements TierSyncInspector {
    readonly #shadow = this.attachShadow({ mode: 'open' });
    #data: AnyData | null = null;
    #inspector: Inspector | null = null;

    constructor() {
      super();
      this.#shadow.adoptedStyleSheets = [styleSheet()];
      // It was given its data before it was defined.
      if (Object.hasOwn(this, 'data')) {
        const { data } = this;
        delete (this as Partial<TierSyncInspector>).data;
        this.data = data;
      }
    }

    get data(): AnyData | null {
      return this.#data;
    }

    set data(data: AnyData | null) {
      if (data === this.#data) return;
      this.#data = data ?? null;
      if (this.isConnected) this.#open();
    }

    connectedCallback(): void {
      this.#open();
    }

    disconnectedCallback(): void {
      this.#close();
    }

    #open(): void {
      this.#close();
      try {
        this.#inspector = new Inspector(dataInUse(this.#data), page);
        this.#shadow.replaceChildren(this.#inspector.root);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        this.#shadow.replaceChildren(make('p', { class: 'fault' }, message));
      }
    }

    #close(): void {
      this.#inspector?.close();
      this.#inspector = null;
      this.#shadow.replaceChildren();
    }
  };
}
