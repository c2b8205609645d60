/** A tier that is seen to stand somewhere. */
export interface FoundTier {
  readonly prefix: string;
  readonly as: 'local' | 'cloud';
}

const shared = /^([^/]+)\/(?:head$|index\/|data\/|changes\/)/s;

/** The tiers of which there is anything among these names of objects, or keys. `prefix`: one that is known without its index. */
export async function tiersIn(
  names: AsyncIterable<string> | Iterable<string>,
  separator: string,
  prefix: string | undefined,
): Promise<FoundTier[]> {
  const found = new Map<string, FoundTier>();
  const note = (prefix: string, as: FoundTier['as']): void => void found.set(`${as} ${prefix}`, { prefix, as });
  for await (const name of names) {
    const [, cloud] = shared.exec(name) ?? [];
    const mark = name.indexOf(`${separator}$metadata`);
    if (cloud !== undefined) note(cloud, 'cloud');
    else if (mark > 0) note(name.slice(0, mark), 'local');
    else if (prefix !== undefined && name.startsWith(prefix + separator)) note(prefix, 'local');
  }
  return [...found.values()];
}
