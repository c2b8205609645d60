import { nanoid } from 'nanoid';
import type { Environment } from '../interfaces/Environment.ts';

interface Page {
  readonly document?: EventTarget & { readonly visibilityState: string };
  readonly process?: {
    on?(event: 'beforeExit', work: () => void): unknown;
    off?(event: 'beforeExit', work: () => void): unknown;
  };
  readonly navigator?: { readonly onLine?: boolean };
  addEventListener?(type: string, work: () => void, until: { readonly signal: AbortSignal }): void;
}

/** One listener for the process, however many instances: Node warns of a leak from eleven on. */
const beforeExit = new Set<() => void>();
const onBeforeExit = (): void => {
  for (const work of beforeExit) work();
};

function onExit(process: Page['process'], work: () => void): () => void {
  if (beforeExit.size === 0) process?.on?.('beforeExit', onBeforeExit);
  beforeExit.add(work);
  return () => {
    beforeExit.delete(work);
    if (beforeExit.size === 0) process?.off?.('beforeExit', onBeforeExit);
  };
}

function onHiddenPage(page: Page, document: NonNullable<Page['document']>, work: () => void): () => void {
  const listening = new AbortController();
  const whenHidden = (): void => {
    if (document.visibilityState === 'hidden') work();
  };
  document.addEventListener('visibilitychange', whenHidden, listening);
  page.addEventListener?.('pagehide', work, listening);
  return () => listening.abort();
}

/** The world outside: the only place that reads the clock, draws random numbers or sets a timer. */
export const systemEnvironment: Environment = {
  now: () => Date.now(),
  random: () => Math.random(),
  createId: nanoid,
  setTimer(work, ms) {
    const timer: unknown = setTimeout(work, ms);
    // Node only: data waiting to be written must not keep a finished program alive; beforeExit writes it.
    (timer as { unref?: () => void }).unref?.();
    return timer;
  },
  clearTimer: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
  onHidden(work) {
    const page = globalThis as Page;
    const { document, process } = page;
    return document === undefined ? onExit(process, work) : onHiddenPage(page, document, work);
  },
  // Node says nothing of it, and a browser only that there is certainly none.
  isOnline: () => (globalThis as Page).navigator?.onLine !== false,
  onOnline(work) {
    const listening = new AbortController();
    (globalThis as Page).addEventListener?.('online', work, listening);
    return () => listening.abort();
  },
};

/** What the app brings takes the place of the real thing, member by member; it may be an object of a class. */
export function environmentOf(given: Partial<Environment> = {}): Environment {
  const environment: { [member: string]: unknown } = { ...systemEnvironment };
  for (const member of Object.keys(systemEnvironment) as (keyof Environment)[]) {
    if (given[member] !== undefined) environment[member] = given[member].bind(given);
  }
  return environment as unknown as Environment;
}
