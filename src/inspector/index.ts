import { inspectorElement, type TierSyncInspector } from './InspectorElement.ts';

export type { TierSyncInspector };

declare global {
  interface HTMLElementTagNameMap {
    'tiersync-inspector': TierSyncInspector;
  }
}

/** Makes `<tiersync-inspector>` an element of this page. Calling it again does nothing, and neither does it on a server. */
export function defineInspector(): void {
  const elements = (globalThis as { readonly customElements?: CustomElementRegistry }).customElements;
  if (elements?.get(tag) === undefined) elements?.define(tag, inspectorElement());
}

const tag = 'tiersync-inspector';
