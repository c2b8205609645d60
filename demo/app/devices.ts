import { DataOrchestrator, EntityKeyHashStrategy } from 'tiersync';
import { IndexedDbPersistence } from 'tiersync/adapters/indexeddb';
import type { IconName } from './parts/Icon.tsx';

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly icon: IconName;
}

/** The last one is for wide windows. */
export const devices: readonly Device[] = [
  { id: 'laptop', name: 'Laptop', icon: 'laptop' },
  { id: 'phone', name: 'Phone', icon: 'phone' },
  { id: 'tablet', name: 'Tablet', icon: 'tablet' },
];

/** A board of many cards is kept in parts. The server divides its own in the same way. */
const strategy = new EntityKeyHashStrategy({ buckets: 12 });

const opened = new Map<string, Promise<DataOrchestrator>>();

/** Each device has a database of its own, as if it were on a machine of its own; the same one again after a reload. */
export function openDevice({ id }: Device): Promise<DataOrchestrator> {
  const found = opened.get(id);
  if (found !== undefined) return found;
  const data = DataOrchestrator.create({
    prefix: 'board',
    local: new IndexedDbPersistence(`tiersync-demo-${id}`),
    strategy,
    conflictStrategy: 'merge',
    intervals: { localQuietMs: 20, cloudQuietMs: 50, cloudMaxMs: 500 },
  });
  opened.set(id, data);
  return data;
}
