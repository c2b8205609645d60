import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { DataEvents } from '../DataEvents.ts';
import { FlushHandler } from '../FlushHandler.ts';
import type { Environment } from '../interfaces/Environment.ts';
import type { IBucket } from '../interfaces/IBucket.ts';
import type { IPersistence } from '../interfaces/IPersistence.ts';
import type { TierProblem } from '../interfaces/ITier.ts';
import type { Intervals } from '../interfaces/OrchestratorOptions.ts';
import type { KeyLoader } from '../KeyLoader.ts';
import type { LinkRules } from '../reconcile/Finding.ts';
import { SyncScheduler } from '../SyncScheduler.ts';
import { ConflictList } from '../tiers/ConflictList.ts';
import type { LocalTier } from '../tiers/LocalTier.ts';
import { Outbox } from '../tiers/Outbox.ts';
import { openLocal } from '../tiers/openLocal.ts';
import type { StoreTier } from '../tiers/StoreTier.ts';

export interface OpenedLocal {
  readonly tier: LocalTier;
  readonly outbox: Outbox;
  readonly conflicts: ConflictList;
}

export interface LocalPartOptions extends OpenedLocal {
  readonly store: StoreTier;
  readonly loader: KeyLoader;
  readonly events: DataEvents;
  readonly environment: Environment;
  readonly intervals: Pick<Intervals, 'localQuietMs' | 'localMaxMs'>;
  readonly rules: () => LinkRules | null;
  readonly onFailure: (error: unknown) => void;
}

/** What an app with a local tier has more: the tier, what waits there for a cloud, and the link from memory to it. */
export class LocalPart {
  readonly tier: LocalTier;
  readonly outbox: Outbox;
  readonly conflicts: ConflictList;
  readonly flusher: FlushHandler;
  readonly scheduler: SyncScheduler;

  static async open(
    local: IPersistence | IBucket | null,
    options: {
      readonly keyPrefix: string;
      readonly createId: (size: number) => string;
      readonly onProblem: (problem: TierProblem) => void;
    },
  ): Promise<OpenedLocal> {
    const outbox = new Outbox();
    const conflicts = new ConflictList();
    const onWaiting = (draft: KeyDraft): void => {
      outbox.note(draft.entityKey, draft.pending());
      conflicts.note(draft.entityKey, draft.conflicts());
    };
    const tier = await openLocal({ ...options, local, onWaiting });
    return { tier, outbox, conflicts };
  }

  constructor(options: LocalPartOptions) {
    const { tier, outbox, conflicts, environment, intervals, onFailure } = options;
    this.tier = tier;
    this.outbox = outbox;
    this.conflicts = conflicts;
    this.flusher = new FlushHandler({ ...options, local: tier });
    this.scheduler = new SyncScheduler({
      environment,
      work: () => this.flusher.flush(),
      quietMs: intervals.localQuietMs,
      maxMs: intervals.localMaxMs,
      onFailure,
    });
  }
}
