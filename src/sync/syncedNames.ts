const mark = 'not ';

/** Which names are synced, as a text that differs when they do. No collections: all but the unsynced. */
export const syncedNames = (collections: readonly string[], unsynced: readonly string[]): string =>
  [...collections, ...unsynced.map((name) => mark + name)].sort().join('\n');

/** Whether a name was synced when that text was made. */
export function wasSynced(names: string, entityName: string): boolean {
  const lines = names.split('\n').filter((line) => line !== '');
  const collections = lines.filter((line) => !line.startsWith(mark));
  return !lines.includes(mark + entityName) && (collections.length === 0 || collections.includes(entityName));
}
