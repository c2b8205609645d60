/** The command was written wrongly; nothing was done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
