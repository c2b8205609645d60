import type { SyncRunner } from './SyncRunner.ts';

/** What a sync engine drives its cloud by. */
export type SyncDriver = Pick<
  SyncRunner,
  'view' | 'isSame' | 'start' | 'stop' | 'close' | 'noteEdit' | 'sync' | 'flush' | 'plan' | 'setOffline' | 'setRealTime'
>;
