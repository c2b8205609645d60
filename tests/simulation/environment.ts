/** Which seeds are played: `SEED=123` plays one, `FROM=1000 SEEDS=5000` others than usual. */
export function seedsToRun(usual: { from: number; count: number }): { from: number; count: number } {
  const { SEED, FROM, SEEDS } = process.env;
  if (SEED !== undefined) return { from: Number(SEED), count: 1 };
  return { from: Number(FROM ?? usual.from), count: Number(SEEDS ?? usual.count) };
}

export const replayCommand =
  (run: string) =>
  (seed: number): string =>
    `npm run simulate -- --cloud ${run} --from ${seed} --seeds 1`;
