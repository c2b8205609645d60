/** One text for a name and an id. Neither holds control characters, so no two pairs share one. */
export const placeOf = (entityName: string, id: string): string => `${entityName}\u0000${id}`;
