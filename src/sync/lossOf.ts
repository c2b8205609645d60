import type { DataEvent } from '../interfaces/DataEvent.ts';

/** The key of which the local tier has just lost something, so that the cloud has to give it back; null: of none. */
export function lossOf(event: DataEvent): string | null {
  if (event.type !== 'problem' || event.problem.tier === 'cloud') return null;
  const { code, entityKey } = event.problem;
  return code === 'corrupt' || code === 'missing' ? entityKey : null;
}
