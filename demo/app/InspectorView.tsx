import { defineInspector, type TierSyncInspector } from 'tiersync/inspector';
import { useTierSync } from 'tiersync/react';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'tiersync-inspector': Partial<Pick<TierSyncInspector, 'data' | 'className'>> & { readonly theme?: string };
    }
  }
}

defineInspector();

/** What stands in the tiers of this device. */
export function InspectorView() {
  return <tiersync-inspector className="tiers-view" data={useTierSync()} theme="page" />;
}
