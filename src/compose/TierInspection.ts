import { toMetadata } from '../blob/KeySums.ts';
import { TierSyncError } from '../errors.ts';
import type { InspectedKey, InspectedKeys, Inspection, TierName } from '../interfaces/Inspection.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { syncedView } from '../reconcile/syncedView.ts';
import type { SyncEngine } from '../SyncEngine.ts';
import type { AttachedCloud } from '../sync/AttachedCloud.ts';
import { inspectedKey } from '../sync/inspectedKey.ts';
import { plainRecord } from '../sync/plainRecord.ts';
import type { StoredForms } from '../tiers/StoredForms.ts';
import { awaitedTimer } from '../util/awaitedTimer.ts';
import { groupBy } from '../util/groupBy.ts';
import type { Core } from './Core.ts';
import type { LocalPart } from './LocalPart.ts';
import { MemorySums } from './MemorySums.ts';

/** Looks into what an app has loaded. Nothing of it is kept but what was hashed. */
export class TierInspection implements Inspection {
  readonly #core: Core;
  readonly #engine: SyncEngine;
  readonly #local: () => LocalPart | null;
  readonly #sums: MemorySums;

  /** `local`: null as long as there is none. */
  constructor(core: Core, engine: SyncEngine, local: () => LocalPart | null) {
    const { store, keys, environment } = core;
    this.#core = core;
    this.#engine = engine;
    this.#local = local;
    this.#sums = new MemorySums({
      store,
      keyOf: (id) => keys.keyOf(id),
      pause: () => new Promise((resolve) => void awaitedTimer(environment, resolve, 0)),
    });
  }

  async device(): Promise<{ readonly memory: InspectedKeys; readonly local: InspectedKeys | null }> {
    this.#core.life.assertOpen();
    const forms = await this.#forms();
    const part = this.#local();
    // All is noted before anything is waited for: an edit in between would look like a difference.
    const counting = this.#sums.count(forms);
    const unsaved = groupBy(part?.flusher.pending ?? [], ({ entityKey }) => entityKey);
    const local = part === null ? null : localKeys(part);
    const isMissing = (key: string, evicted: number): boolean =>
      part?.metadata.needsLoading(key) === true || (evicted > 0 && part?.metadata.isAway(key) === true);
    const partial = new Set([...(local ?? [])].flatMap(([key, { evicted }]) => (isMissing(key, evicted) ? key : [])));
    const memory = [...(await counting)].map(([key, sum]): [string, InspectedKey] => {
      const waiting = unsaved.get(key)?.length ?? 0;
      const isWhole = !partial.has(key);
      const isKnown = local !== null && isWhole && waiting === 0;
      return [key, { ...sum, hashBelow: isKnown ? sum.hash : null, evicted: 0, waiting, isWhole }];
    });
    return { memory: new Map(memory), local };
  }

  async cloud(): Promise<InspectedKeys | null> {
    return (await this.#link())?.inspect('keys', '') ?? null;
  }

  async records(tier: TierName, entityKey: string): Promise<readonly StoredRecord[]> {
    this.#core.life.assertOpen();
    if (tier === 'memory') return this.#sums.records(await this.#forms(), entityKey).map(plainRecord);
    if (tier === 'local') return ((await this.#local()?.tier.readHeld(entityKey)) ?? []).map(plainRecord);
    return (await this.#link())?.inspect('records', entityKey) ?? [];
  }

  /** Nothing is asked of a cloud where the app has said that nothing is to be. */
  async #link(): Promise<AttachedCloud | null> {
    this.#core.life.assertOpen();
    await this.#engine.attached();
    if (this.#engine.isOnline()) return this.#local()?.cloud.link ?? null;
    throw new TierSyncError('unavailable', 'this device is offline; look at the cloud when it is online again');
  }

  async #forms(): Promise<StoredForms> {
    const { store, settingsOf } = this.#core;
    const { EntityTypes, StoredForms } = await import('./LocalPart.ts');
    const types = this.#local()?.types ?? new EntityTypes({ settingsOf, onMigrationError: () => {} });
    return new StoredForms({ store, codecOf: (name) => types.codecOf(name) });
  }
}

function localKeys({ tier, outbox, metadata, cloud }: LocalPart): InspectedKeys {
  const summaries = tier.summaries();
  const sent = syncedView(toMetadata(summaries), outbox).entityKeys;
  const rules = cloud.link?.rules;
  const keys = [...summaries].map(([key, summary]): [string, InspectedKey] => {
    const hashBelow = rules === undefined ? null : inspectedKey(sent[key] ?? summary, rules.isSynced).hash;
    const waiting = outbox.ofKey(key).length;
    return [key, { ...inspectedKey(summary), hashBelow, waiting, isWhole: !metadata.isRemote(key) }];
  });
  return new Map(keys);
}
