import type { LinkRules } from '../reconcile/Finding.ts';
import type { ConflictList } from '../tiers/ConflictList.ts';
import type { Outbox } from '../tiers/Outbox.ts';

export interface LinkRulesOptions
  extends Pick<LinkRules, 'isSynced' | 'isHeld' | 'isSettled' | 'lookAgain' | 'resolve' | 'strategyOf'> {
  readonly environment: { now(): number };
  readonly outbox: Outbox;
  readonly conflicts: ConflictList;
}

/** The rules of a link, made once: only the time is another each time it is asked. */
export const linkRules = ({ environment, outbox, conflicts, ...rules }: LinkRulesOptions): LinkRules => ({
  get now() {
    return environment.now();
  },
  isSynced: rules.isSynced,
  isHeld: rules.isHeld,
  isSettled: rules.isSettled,
  lookAgain: rules.lookAgain,
  resolve: rules.resolve,
  strategyOf: rules.strategyOf,
  nextOrder: () => outbox.nextOrder(),
  nextConflict: () => conflicts.next(),
});
