import type { SyncRunner } from './SyncRunner.ts';

/** What a sync engine drives its cloud by. */
export type SyncDriver = Pick<
  SyncRunner,
  'view' | 'queued' | 'isSame' | 'say' | 'close' | 'noteEdit' | 'sync' | 'flush' | 'plan'
>;
