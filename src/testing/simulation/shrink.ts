import { faultKinds } from './fates.ts';
import type { Plan } from './Plan.ts';
import { type Report, type SimulationOptions, simulate } from './simulate.ts';

/** How long it looks for a shorter one. */
export interface ShrinkOptions {
  /** How often it may play. */
  readonly maxRuns?: number;
}

/** The shortest plan it finds that still breaks the same promise, as the report of that run. */
export async function shrink(
  options: SimulationOptions,
  report: Report,
  { maxRuns = 300 }: ShrinkOptions = {},
): Promise<Report> {
  const first = report.violations[0];
  if (first === undefined) return report;
  let best = report;
  let runs = 0;
  const isEnough = (): boolean => runs >= maxRuns;

  /** Keeps the plan if it fails for the same reason. */
  const attempt = async (plan: Plan): Promise<boolean> => {
    if (isEnough()) return false;
    runs += 1;
    const tried = await simulate({ ...options, plan });
    if (tried.violations[0]?.rule !== first.rule) return false;
    best = tried;
    return true;
  };

  await attempt({ ...best.plan, actions: best.plan.actions.filter(({ at }) => at <= first.at) });
  await cutFaults(() => best.plan, attempt);
  await cutActions(() => best.plan, attempt, isEnough);
  await cutFaults(() => best.plan, attempt);
  return best;
}

type Attempt = (plan: Plan) => Promise<boolean>;

async function cutFaults(plan: () => Plan, attempt: Attempt): Promise<void> {
  const on = faultKinds.filter((kind) => plan().rates[kind] > 0);
  if (on.length > 1 && (await attempt({ ...plan(), rates: noneOf(plan(), on) }))) return;
  for (const kind of on) await attempt({ ...plan(), rates: noneOf(plan(), [kind]) });
  if (!plan().isLocalInstant) await attempt({ ...plan(), isLocalInstant: true });
}

function noneOf({ rates }: Plan, kinds: readonly string[]): Plan['rates'] {
  return { ...rates, ...Object.fromEntries(kinds.map((kind) => [kind, 0])) };
}

/** Delta debugging: leaves out ever smaller parts of the list, and begins anew with what is left. */
async function cutActions(plan: () => Plan, attempt: Attempt, isEnough: () => boolean): Promise<void> {
  let size = Math.ceil(plan().actions.length / 2);
  while (size >= 1 && !isEnough()) {
    let hasCut = false;
    // From the end: what comes last is least likely to matter to what comes first.
    for (let end = plan().actions.length; end > 0 && !isEnough(); end -= size) {
      const { actions } = plan();
      const left = [...actions.slice(0, Math.max(0, end - size)), ...actions.slice(end)];
      hasCut = (await attempt({ ...plan(), actions: left })) || hasCut;
    }
    if (size === 1 && !hasCut) return;
    size = hasCut && size === 1 ? 1 : Math.floor(size / 2) || (hasCut ? 1 : 0);
  }
}
