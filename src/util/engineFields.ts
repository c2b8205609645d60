/** What every entity has and only the library sets. */
export const engineFields: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt', 'version']);
