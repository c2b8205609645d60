import { TierSyncError } from './errors.ts';
import type { Environment } from './interfaces/Environment.ts';
import type { Cursor, ISharedTier, Look } from './interfaces/ISharedTier.ts';
import type { Change } from './interfaces/ITier.ts';
import type { SyncProgress, SyncScope } from './interfaces/SyncTypes.ts';
import type { MetadataManager } from './MetadataManager.ts';
import { type Finding, isDeletion, type LinkRules } from './reconcile/Finding.ts';
import { meetRemote } from './reconcile/meetRemote.ts';
import { settleSent } from './reconcile/settleSent.ts';
import { isAhead, type Outgoing, takePending } from './reconcile/takePending.ts';
import type { DeleteGuard } from './sync/DeleteGuard.ts';
import type { LocalSide } from './sync/guardedLocal.ts';
import type { Hydrator } from './sync/Hydrator.ts';
import type { LinkState } from './sync/LinkState.ts';
import type { MemorySide } from './sync/MemorySide.ts';
import type { Settling } from './sync/Settling.ts';
import type { Outbox } from './tiers/Outbox.ts';
import type { Revise } from './tiers/revision.ts';
import { awaitedTimer } from './util/awaitedTimer.ts';
import { groupBy } from './util/groupBy.ts';
import { isFull } from './util/isFull.ts';
import { placeOf } from './util/placeOf.ts';

export interface SyncHandlerOptions {
  readonly local: LocalSide;
  readonly cloud: ISharedTier;
  readonly memory: MemorySide;
  readonly state: LinkState;
  readonly outbox: Outbox;
  readonly hydrator: Hydrator;
  readonly guard: DeleteGuard;
  readonly settling: Settling;
  readonly metadata: MetadataManager;
  readonly rules: LinkRules;
  /** As `syncedNames` says. */
  readonly names: string;
  readonly environment: Pick<Environment, 'now' | 'random' | 'setTimer'>;
}

export interface Round {
  readonly pull: boolean;
  readonly push: boolean;
  /**
   * Whether all keys that are not in step are fetched. False, for a push: only those of which this device holds something,
   * as an edit may only be sent after it was compared with what the cloud has.
   */
  readonly isWhole: boolean;
  readonly scope?: SyncScope | undefined;
  readonly isForced: boolean;
  /** The present state of the cloud is wanted: what it has pushed to this device until now is not enough. */
  readonly isFresh: boolean;
  readonly onProgress: (progress: SyncProgress) => void;
}

export interface RoundResult {
  pulled: number;
  pushed: number;
}

const maxTries = 20;
const minPauseMs = 25;
const maxPauseMs = 4_000;

/**
 * Syncs the local tier (A) with a cloud (B):
 *
 * 1. Memory is flushed to A, so that there is one place where A and B meet.
 * 2. `#pull` asks B what happened since the cursor. If that is not known, it compares the indexes of A and B by hash.
 * 3. The changes of B meet the records of A. Each pair is decided by a pure function, in the moment A is written, so that
 *    what is saved meanwhile is never overwritten. Keys that differ are fetched whole.
 * 4. `#push` sends the outbox as one commit on top of the moment just seen. If others were faster, it begins again at 1.
 */
export class SyncHandler {
  readonly #o: SyncHandlerOptions;
  /** For a device that only sends: the moment it saw last. It fetches nothing, so this says nothing about its records. */
  #sentAt: Cursor | null = null;
  #isInStep = false;

  constructor(options: SyncHandlerOptions) {
    this.#o = options;
  }

  /** Whether this cloud was pulled from. Before, the cursor may be one of another cloud, which was attached earlier. */
  get isInStep(): boolean {
    return this.#isInStep;
  }

  async sync(round: Round): Promise<RoundResult> {
    const result: RoundResult = { pulled: 0, pushed: 0 };
    this.#o.guard.begin(round.isForced);
    for (let tries = 1; ; tries++) {
      const began = this.#o.environment.now();
      // If memory cannot be written down now, that is tried again later by itself. What is written can be synced meanwhile.
      const failure: unknown = await this.#o.memory.flush().then(
        () => null,
        (error) => error,
      );
      await this.#o.memory.refresh();
      const moment = await this.#pull(round, result);
      if (!round.push || (await this.#push(moment, round, result))) {
        // On a full device, edits in memory are safe nowhere: the caller has to hear of it.
        if (isFull(failure)) throw failure;
        return result;
      }
      if (tries === maxTries)
        throw new TierSyncError('unavailable', 'others write to this cloud all the time; it is tried again');
      await this.#pause(tries, this.#o.environment.now() - began);
    }
  }

  /** Takes over what the cloud has. Resolves to the moment of the cloud on top of which may be pushed. */
  async #pull(round: Round, result: RoundResult): Promise<Cursor | null> {
    const { cloud, local, state, hydrator, outbox, metadata, settling, names } = this.#o;
    round.onProgress({ phase: 'looking', done: 0, total: 0 });
    const known = round.pull ? state.cursor : this.#sentAt;
    const seen = await cloud.changesSince(known, { isFresh: round.isFresh });
    if (!round.pull) {
      this.#sentAt = seen.cursor;
      return seen.cursor;
    }
    const isWidened = state.names !== names;
    const isToCompare = isWidened || seen.reach !== 'since' || round.isForced || settling.isToLook(outbox.size);
    const look = isToCompare ? await this.#compare(seen, isWidened) : seen;
    await this.#take(look.changes, result);
    const hasForgotten = look.horizon.seq > state.horizon.seq;
    // Only now, after the records: a crash in between means that these changes are looked at twice, which is harmless.
    Object.assign(state, { cursor: look.cursor, horizon: look.horizon, names });
    metadata.raiseFloor(state.floor);
    await state.save();
    this.#isInStep = true;
    if (hasForgotten) await hydrator.dropForgotten();
    metadata.wait(false);
    const isHere = (key: string): boolean => local.summaryOf(key) !== undefined || outbox.isWaitingIn(key);
    const keys = [...state.remote.keys()].filter((key) => round.isWhole || isHere(key));
    result.pulled += await hydrator.hydrate(round.onProgress, keys);
    if (!state.isReady && state.remote.size === 0) {
      state.isReady = true;
      await state.save();
    }
    return look.cursor;
  }

  /** Marks the keys that differ, to be fetched. Its code is loaded when needed: mostly by a new device only. */
  async #compare(seen: Look, isWidened: boolean): Promise<Look> {
    const { compareKeys, widen } = await import('./sync/compareKeys.ts');
    const look = isWidened ? await widen(this.#o, seen) : seen;
    await compareKeys(this.#o, look);
    return look;
  }

  /** Takes changes of the cloud over into the local tier, and from there into memory. Keys that are not in step wait. */
  async #take(changes: readonly Change[], result: RoundResult): Promise<void> {
    const { local, memory, state, guard, rules } = this.#o;
    const isMine = ({ entityName }: Change): boolean => rules.isSynced(entityName);
    const relevant = changes.filter(isMine);
    for (const { entityKey, entityName, record } of relevant) {
      const remote = state.remote.get(entityKey);
      if (remote === undefined || record === null) continue;
      const names = remote.names === null ? null : [...new Set([...remote.names, entityName])];
      state.markRemote(entityKey, { ...remote, names, stamp: Math.max(remote.stamp, record.stamp) });
    }
    const held = relevant.filter(({ entityKey }) => !state.remote.has(entityKey));
    if (held.length === 0) return;
    const items = [...groupBy(held, ({ entityName, id }) => placeOf(entityName, id)).values()].map((ofId) => ({
      ...(ofId.at(-1) as Change),
      versions: ofId.flatMap(({ record }) => (record === null ? [] : [record])),
    }));
    const byKey = groupBy(items, ({ entityKey }) => entityKey);
    await memory.prepare(new Map([...byKey].map(([key, ofKey]) => [key, new Set(ofKey.map((i) => i.entityName))])));
    const findings = new Map<Change, Finding>();
    const fresh = new Set<string>();
    const deleted = new Set<Change>();
    const results = await local.apply(items, (draft, item) => {
      if (draft.isEmpty) fresh.add(draft.entityKey);
      const found = meetRemote(draft, item.entityName, item.id, item.versions, rules, 'told');
      if (found === null) findings.delete(item);
      else findings.set(item, found);
      if (found !== null && isDeletion(found)) deleted.add(item);
      guard.check(deleted.size);
      return { outcome: 'applied' };
    });
    guard.note(deleted.size);
    for (const [i, { outcome }] of results.entries()) {
      const key = items[i]!.entityKey;
      // A newer version of the app wrote what is here of this key. It stays, and is compared once this app is updated.
      if (outcome === 'rejected' && !state.remote.has(key)) {
        state.markRemote(key, { names: null, stamp: 0, since: state.cursor?.seq ?? null });
      }
    }
    result.pulled += findings.size;
    await memory.adopt([...findings.values()], byKey.keys(), fresh);
  }

  /** Sends the outbox. False: others have written since `moment`, so that everything has to be decided anew. */
  async #push(moment: Cursor | null, round: Round, result: RoundResult): Promise<boolean> {
    const { cloud, local, memory, state, outbox, hydrator, settling, rules } = this.#o;
    if (outbox.size > 0) await cloud.prepare?.();
    const outgoing = await this.#takePending(round);
    if (outgoing.length === 0) return true;
    round.onProgress({ phase: 'pushing', done: 0, total: outgoing.length });
    const repaired = round.scope === undefined ? [...hydrator.repairing].filter((key) => hydrator.hasMet(key)) : [];
    const answer = await cloud.commit(outgoing, moment, { repaired });
    if (answer === 'stale') return false;
    hydrator.repaired(repaired);
    const results = new Map(outgoing.map((sent, i) => [sent, answer.results[i]!]));
    const findings = new Map<Change, Finding>();
    const answered = settling.sent(outgoing, answer.results);
    await local.apply(answered, (draft, sent) => {
      const found = settleSent(draft, sent, results.get(sent)!, rules);
      if (found !== null) findings.set(sent, found);
      return { outcome: 'applied' };
    });
    await memory.adopt([...findings.values()], new Set(outgoing.map(({ entityKey }) => entityKey)), new Set());
    if (round.pull) {
      state.cursor = answer.cursor;
      // If this device's clock is ahead, it is to be measured again after a restart, before anything it stamped is sent.
      if (isAhead(-(cloud.clockOffset ?? 0))) state.isProbed = false;
      await state.save();
    }
    result.pushed += answer.results.filter(({ outcome }) => outcome === 'applied').length;
    return true;
  }

  /** The changes that are to be sent now, in the order of the outbox. Each is stored as sent before it is. */
  async #takePending(round: Round): Promise<readonly Outgoing[]> {
    const { local, outbox, state, hydrator, rules, cloud, environment } = this.#o;
    const { scope } = round;
    const offset = cloud.clockOffset ?? null;
    const cloudNow = offset === null ? null : environment.now() + offset;
    const taken = new Map<string, readonly Outgoing[]>();
    const findings = new Map<string, Finding[]>();
    const isWanted = (name: string, id: string): boolean =>
      rules.isSynced(name) && (scope?.collections?.includes(name) ?? true) && (scope?.ids?.includes(id) ?? true);
    // Edits of a key that was not compared with the cloud yet could overwrite something there without a conflict being noticed.
    const keys = outbox.keys().filter((key) => !round.pull || hydrator.hasMet(key));
    const revisions = keys.map((key): [string, Revise] => [
      key,
      (draft) => {
        const found: Finding[] = [];
        taken.set(
          key,
          takePending(draft, { isWanted, floor: state.floor, cloudNow }, (one) => found.push(one)),
        );
        findings.set(key, found);
      },
    ]);
    await local.revise(new Map(revisions), 'waiting');
    await this.#o.memory.adopt([...findings.values()].flat(), findings.keys(), new Set());
    const all = [...taken.values()].flat().filter((sent) => !this.#o.settling.isWaiting(sent));
    return all.sort((a, b) => a.order - b.order);
  }

  /** A random pause, so that devices which lost the same race do not meet again. The longer a try takes, the longer it is. */
  #pause(tries: number, tookMs: number): Promise<void> {
    const { environment } = this.#o;
    const ms = environment.random() * Math.min(maxPauseMs, Math.max(minPauseMs, tookMs) * 2 ** tries);
    return new Promise((resolve) => awaitedTimer(environment, resolve, ms));
  }
}
