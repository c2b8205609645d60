/**
 * Runs the work on all items, some at a time, so that a thousand of them do not open a thousand files. A failure is told
 * when nothing is under way any more: a write that lands later would land over what comes next.
 */
export async function inChunks<T>(
  items: readonly T[],
  size: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  if (items.length === 1) {
    await work(items[0] as T);
    return;
  }
  for (let i = 0; i < items.length; i += size) {
    const results = await Promise.allSettled(items.slice(i, i + size).map(work));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}
