import { describeReport, type SeedsReport, shrink } from 'tiersync/testing';
import { replayCommand } from './environment.ts';
import { runOf } from './runs.ts';

/** Nothing if all is well; else the first failure, cut short, as a person reads it. */
export async function failureText(run: string, { bad }: SeedsReport): Promise<string | null> {
  const [first] = bad;
  if (first === undefined) return null;
  const { seed } = first.plan;
  return describeReport(first, replayCommand(run), await shrink({ ...runOf(run), seed }, first));
}
