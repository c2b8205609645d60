import type { SyncWishes } from '../interfaces/SyncView.ts';
import { isFields, isText } from '../util/jsonChecks.ts';
import type { Ask, SentError } from './asks.ts';
import type { SharedView } from './sharedView.ts';

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
  | { readonly type: 'cleared' }
  /** Who talks to the cloud is to say how that stands. */
  | { readonly type: 'hello' }
  /** The one who says so talks to the cloud from now on. */
  | { readonly type: 'leading' }
  | { readonly type: 'view'; readonly view: SharedView }
  /** The app has said something about syncing, in one of its tabs. */
  | { readonly type: 'said'; readonly wishes: Partial<SyncWishes> }
  | { readonly type: 'ask'; readonly number: number; readonly ask: Ask }
  | {
      readonly type: 'answer';
      readonly to: string;
      readonly number: number;
      readonly value: unknown;
      readonly error: SentError | null;
    };

export type Sent<M extends TabMessage = TabMessage> = M & { readonly from: string };

/** Tabs of one app may run different versions of it. */
const protocol = 1;

export const sealed = (from: string, message: TabMessage): unknown => ({ tiersync: protocol, from, ...message });

/** Null: it is of another version, and says no more than that something has happened. */
export function opened(raw: unknown): Sent | null {
  return isFields(raw) && raw['tiersync'] === protocol && isText(raw['from']) ? (raw as unknown as Sent) : null;
}
