import { describeAction } from './actions.ts';
import { faultKinds } from './fates.ts';
import type { Report } from './simulate.ts';

/** What a person needs to see a failure again and to understand it. */
export function describeReport(report: Report, replay: (seed: number) => string, shrunk: Report = report): string {
  const [first] = report.violations;
  const { plan } = shrunk;
  if (first === undefined) return `seed ${report.plan.seed}: all promises were kept`;
  const faults = faultKinds.filter((kind) => plan.rates[kind] > 0);
  return [
    `seed ${report.plan.seed} breaks ${first.rule}: ${first.message}`,
    `  at ${(first.at / 1000).toFixed(3)} s${first.device === null ? '' : `, on device ${first.device}`}`,
    ...report.violations.slice(1, 4).map(({ rule, message }) => `  then ${rule}: ${message}`),
    `cut to ${plan.actions.length} of ${report.plan.actions.length} actions, on ${plan.devices.length} devices`,
    ...plan.devices.map((device, number) => `  device ${number}: ${JSON.stringify(device)}`),
    `  faults: ${faults.map((kind) => `${kind} ${plan.rates[kind].toFixed(3)}`).join(', ') || 'none'}`,
    `  local requests ${plan.isLocalInstant ? 'at once' : 'in the queue'}, pull every ${plan.pullMs} ms`,
    ...plan.actions.map((action) => `  ${describeAction(action)}`),
    ...(shrunk === report ? [] : shrunk.violations.slice(0, 1).map(({ message }) => `which ends in: ${message}`)),
    `again: ${replay(report.plan.seed)}`,
  ].join('\n');
}
