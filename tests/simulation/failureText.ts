import { describeReport, type SeedsOptions, type SeedsReport, shrink } from 'tiersync/testing';
import { replayCommand } from './environment.ts';

/** Nothing if all is well; else the first failure, cut short, as a person reads it. */
export async function failureText(
  options: Omit<SeedsOptions, 'from' | 'count'>,
  { bad }: SeedsReport,
): Promise<string | null> {
  const [first] = bad;
  if (first === undefined) return null;
  const { seed } = first.plan;
  return describeReport(first, replayCommand, await shrink({ ...options, seed }, first));
}
