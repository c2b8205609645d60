import type { Environment } from '../interfaces/Environment.ts';

/** A timer that somebody waits for: unlike others, it keeps a process from ending before it fires. */
export function awaitedTimer({ setTimer }: Pick<Environment, 'setTimer'>, work: () => void, ms: number): unknown {
  const timer = setTimer(work, ms);
  (timer as { ref?: () => void } | null | undefined)?.ref?.();
  return timer;
}
