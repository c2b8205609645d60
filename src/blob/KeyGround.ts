import type { OutboxEntry } from '../interfaces/OutboxEntry.ts';
import type { StoredRecord } from '../interfaces/StoredRecord.ts';

/** What stands in a key before something is decided about it. */
export interface KeyGround {
  record(entityName: string, id: string): StoredRecord | undefined;
  records(): Iterable<StoredRecord>;
  entry(entityName: string, id: string): OutboxEntry | undefined;
  /** The places in which something waits to be sent. */
  waiting(): Iterable<readonly [entityName: string, id: string]>;
  readonly waitingCount: number;
}
