import type { Plan } from 'tiersync/testing';
import { minute, Script } from './script.ts';

/** Chains of events that chance meets too seldom, by what they are about. */
export const scenarios: { readonly [title: string]: Plan } = {
  'a creation whose reply was lost is deleted by others, and its deletion forgotten, before its maker is back':
    new Script(2)
      .edits(0, 'g0.a', 1)
      .act(1, 'pull', {})
      .act(0, 'save', { name: 'Task', id: 'g0.b', isLarge: false })
      .act(0, 'doom', { outcome: 'away', ms: 180 * minute })
      .act(0, 'push', {})
      .act(1, 'pull', {})
      .act(1, 'delete', { name: 'Task', id: 'g0.b' })
      .edits(1, 'g1.a', 8)
      .wait(25 * minute)
      .edits(1, 'g1.a', 8)
      .wait(25 * minute)
      .edits(1, 'g1.a', 8)
      .wait(150 * minute)
      .act(0, 'pull', {}).plan,
};
