/**
 * Whose request this is, as far as the network tells. Each proxy in front adds who it heard from to the end of the list;
 * what stands before that was written by strangers.
 */
export function addressOf(
  remote: string | undefined,
  forwarded: string | readonly string[] | undefined,
  proxies: number,
): string | null {
  if (proxies === 0) return remote ?? null;
  const hops = [forwarded ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((hop) => hop.trim());
  return hops.at(-proxies) || (remote ?? null);
}
