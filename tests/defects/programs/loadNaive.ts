import { type NaiveOrchestrator, NaiveProcess } from '../../naive/naive.ts';
import type { Persistence, Strategy } from '../../naive/shapes.ts';
import { TombstoneStore } from '../../naive/stores.ts';
import { everythingInOneKey } from '../strategies.ts';

/** The naive build with real timers, a hundred times faster. */
export function loadNaive(local: object): Promise<NaiveOrchestrator> {
  let ids = 0;
  return new NaiveProcess().load({
    prefix: 'app',
    store: new TombstoneStore(Date.now),
    local: local as Persistence,
    strategy: everythingInOneKey as Strategy,
    environment: {
      now: Date.now,
      createId: () => `id${ids++}`,
      setTimer: (work, ms) => setTimeout(work, ms / 100),
      clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
    },
  });
}
