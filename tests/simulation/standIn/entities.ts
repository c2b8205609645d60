import type { EntityChange } from 'tiersync';
import type { Marked } from '../../../src/testing/simulation/SimulatedData.ts';
import type { Rec } from './state.ts';

export function entityOf(rec: Rec | undefined): Marked | null {
  if (rec === undefined || rec.isDeleted) return null;
  return { ...rec.fields, updatedAt: new Date(rec.stamp), version: rec.version } as unknown as Marked;
}

export function changeOf(before: Rec | undefined, after: Rec): EntityChange {
  const [previous, entity] = [entityOf(before), entityOf(after)] as unknown as [
    EntityChange['previous'],
    EntityChange['entity'],
  ];
  const type = entity === null ? 'deleted' : previous === null ? 'created' : 'updated';
  return { type, entityKey: '', entityName: after.name, id: after.id, entity, previous };
}
