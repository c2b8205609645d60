/** Whether this is one of the fields that every entity has and only the library sets. */
export const isEngineField = (name: string): boolean =>
  name === 'id' || name === 'createdAt' || name === 'updatedAt' || name === 'version';
