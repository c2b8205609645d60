/** What somebody threw, as a text to put behind a colon. */
export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
