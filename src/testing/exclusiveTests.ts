import { check, checkEqual } from './check.ts';
import type { Scenario } from './Stage.ts';

interface Exclusive {
  exclusive?<T>(work: () => Promise<T>): Promise<T>;
}

/** The same for persistences and buckets. */
export function exclusiveTests<T extends Exclusive>(
  scenario: Scenario<T>,
  rule: string,
  use: (instance: T) => Promise<unknown>,
): void {
  scenario(rule, 'exclusive work runs one at a time, with calls inside', async (instance) => {
    const steps: string[] = [];
    const work = (name: string) => async () => {
      steps.push(`${name} begins`);
      await use(instance);
      steps.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([instance.exclusive?.(work('one')), instance.exclusive?.(work('two'))]);
    checkEqual(results, ['one', 'two'], 'results');
    checkEqual(steps, ['one begins', 'one ends', 'two begins', 'two ends'], 'order of steps');
  });

  scenario(rule, 'exclusive work that fails hands on its error and lets the next in', async (instance) => {
    const failure = new Error('on purpose');
    const outcome = await instance
      .exclusive?.(() => Promise.reject(failure))
      .then(
        () => null,
        (cause: unknown) => cause,
      );
    check(outcome === failure, `the error of the work must come through as it is, and came as ${String(outcome)}`);
    checkEqual(await instance.exclusive?.(async () => 'next'), 'next', 'work after a failure');
  });
}
