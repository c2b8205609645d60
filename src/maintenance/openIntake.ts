import type { KeyDraft } from '../blob/KeyDraft.ts';
import type { ApplyResult, Change } from '../interfaces/ITier.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';
import { compareRecords } from '../reconcile/compareRecords.ts';
import { BucketTier } from '../tiers/bucket/BucketTier.ts';
import { Outbox } from '../tiers/Outbox.ts';
import { PersistenceTier } from '../tiers/PersistenceTier.ts';
import { groupBy } from '../util/groupBy.ts';
import { placeOf } from '../util/placeOf.ts';
import { claimAlone } from './claimAlone.ts';
import type { ImportedLine } from './importedLines.ts';
import type { Outside } from './openReader.ts';
import { type CloudPlace, isCloud, keyPrefixOf, type LocalPlace, persistenceOf, type TierPlace } from './TierPlace.ts';
import { commitOnTop } from './takeIntoCloud.ts';

/** Where imported records go. */
export interface Intake {
  /** Resolves to those that the tier did not hold, or held in an earlier version. */
  take(lines: readonly ImportedLine[]): Promise<ReadonlySet<ImportedLine>>;
  close(): Promise<void>;
}

export interface IntakeOptions {
  readonly isAlone?: boolean;
  readonly isSynced?: (entityName: string) => boolean;
}

export function openIntake(
  tier: TierPlace,
  options: IntakeOptions,
  outside: Outside,
  onFault: (line: number, cause: unknown) => void,
): Promise<Intake> {
  return isCloud(tier) ? openCloudIntake(tier, outside) : openLocalIntake(tier, options, outside, onFault);
}

/** As an edit that was made elsewhere: where the device has a cloud, it is noted to be sent. */
async function openLocalIntake(
  place: LocalPlace,
  options: IntakeOptions,
  outside: Outside,
  onFault: (line: number, cause: unknown) => void,
): Promise<Intake> {
  const persistence = persistenceOf(place, outside.createId);
  claimAlone(persistence, options);
  const outbox = new Outbox();
  const tier = await PersistenceTier.open({
    persistence,
    keyPrefix: keyPrefixOf(place),
    createId: outside.createId,
    onProblem: () => {},
    onWaiting: (draft) => outbox.note(draft.entityKey, draft.pending()),
  });
  const hasCloud = (await tier.readNote()) !== null;
  if (hasCloud) await tier.readWaiting();
  const { isSynced = () => true } = options;
  const note = (draft: KeyDraft, { entityName, id }: Change, current: StoredRecord | undefined): void => {
    if (!hasCloud || !isSynced(entityName)) return;
    const entry = draft.entry(entityName, id);
    // What stood here without waiting is what the cloud holds. Of what did not stand here nothing is known.
    const started = { base: current, sent: [], order: outbox.nextOrder(), at: outside.now(), rejected: null };
    draft.setEntry(entityName, id, entry === undefined ? started : { ...entry, rejected: null });
  };
  return {
    async take(lines) {
      const byChange = new Map(lines.map((line) => [line.change, line]));
      const imported = new Set<ImportedLine>();
      const decide = (draft: KeyDraft, change: ImportedLine['change']): ApplyResult => {
        const { entityName, id, record } = change;
        const line = byChange.get(change) as ImportedLine;
        const current = draft.record(entityName, id);
        if (current !== undefined && compareRecords(record, current) <= 0) {
          imported.delete(line);
          return { outcome: 'superseded', record: current };
        }
        draft.put(record, current);
        note(draft, change, current);
        imported.add(line);
        return { outcome: 'applied' };
      };
      const results = await tier.apply([...byChange.keys()], decide);
      for (const [i, result] of results.entries()) {
        if (result.outcome === 'rejected') onFault((lines[i] as ImportedLine).line, result.reason);
      }
      return imported;
    },
    // What was handed in stays open.
    close: async () => {},
  };
}

/** As commits: every device takes them like any edit. */
async function openCloudIntake({ cloud: bucket, prefix }: CloudPlace, outside: Outside): Promise<Intake> {
  const device = outside.createId(16);
  const tier = new BucketTier({ bucket, prefix, environment: outside, device, onProblem: () => {} });
  return {
    async take(lines) {
      let imported: ReadonlySet<ImportedLine> = new Set();
      await commitOnTop(tier, async () => {
        imported = await laterThanPresent(tier, lines);
        return { changes: [...imported].map(({ change }) => change), repaired: [] };
      });
      return imported;
    },
    close: () => tier.close(),
  };
}

async function laterThanPresent(tier: BucketTier, lines: readonly ImportedLine[]): Promise<ReadonlySet<ImportedLine>> {
  const later = new Set<ImportedLine>();
  for (const [key, ofKey] of groupBy(lines, ({ change }) => change.entityKey)) {
    const held = new Map<string, { readonly record: StoredRecord; readonly line?: ImportedLine }>();
    for (const record of await tier.readKey(key)) held.set(placeOf(record.entityName, record.id), { record });
    for (const line of ofKey) {
      const { entityName, id, record } = line.change;
      const current = held.get(placeOf(entityName, id));
      if (current !== undefined && compareRecords(record, current.record) <= 0) continue;
      if (current?.line !== undefined) later.delete(current.line);
      later.add(line);
      held.set(placeOf(entityName, id), { record, line });
    }
  }
  return later;
}
