import type { LinkRules } from '../reconcile/Finding.ts';
import type { CloudLinkOptions } from './CloudLinkOptions.ts';
import type { LinkState } from './LinkState.ts';
import type { Settling } from './Settling.ts';

export interface LinkRulesOptions
  extends Pick<CloudLinkOptions, 'environment' | 'outbox' | 'conflicts' | 'resolve' | 'strategyOf'> {
  readonly state: LinkState;
  readonly settling: Settling;
  readonly isSynced: (entityName: string) => boolean;
}

/** What the decisions of one link go by: the same object for as long as it stands, because every change asks for it. */
export function linkRules({ environment, outbox, conflicts, state, settling, ...given }: LinkRulesOptions): LinkRules {
  return {
    get now() {
      return environment.now();
    },
    isSynced: given.isSynced,
    isHeld: (key) => state.isHeld(key),
    isSettled: (name, id) => settling.isSettled(name, id),
    resolve: given.resolve,
    nextOrder: () => outbox.nextOrder(),
    strategyOf: given.strategyOf,
    nextConflict: () => conflicts.next(),
  };
}
