import { isFields, isText } from '../util/jsonChecks.ts';

/** What was stored in one key: hints of where to look, never what stands there. */
export interface StoredKey {
  readonly entityKey: string;
  /** What it added to the sum of the key, as `growthOf` says. */
  readonly growth: number;
  /** Name and id of each record that was written; null: too many to name. */
  readonly places: ReadonlyArray<readonly [entityName: string, id: string]> | null;
}

/** What tabs tell each other. */
export type TabMessage =
  | { readonly type: 'stored'; readonly keys: readonly StoredKey[] }
  /** Where the device stands with its cloud is another place now. */
  | { readonly type: 'noted' }
  /** All of it was deleted, because somebody said so. */
  | { readonly type: 'cleared' };

export type Sent<M extends TabMessage = TabMessage> = M & { readonly from: string };

/** Tabs of one app may run different versions of it. */
const protocol = 1;

export const sealed = (from: string, message: TabMessage): unknown => ({ tiersync: protocol, from, ...message });

/** Null: it is of another version, and says no more than that something has happened. */
export function opened(raw: unknown): Sent | null {
  return isFields(raw) && raw['tiersync'] === protocol && isText(raw['from']) ? (raw as unknown as Sent) : null;
}
