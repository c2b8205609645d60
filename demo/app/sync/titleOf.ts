import type { AnyEntity } from 'tiersync';

/** Null: it was deleted. */
export function titleOf(entity: AnyEntity | null): string {
  const title = entity?.['title'];
  return typeof title === 'string' ? title : 'A task';
}
