import type { Environment } from '../interfaces/Environment.ts';
import type { DeviceStorage } from '../interfaces/Storage.ts';
import { systemBasics } from './systemBasics.ts';

interface Page {
  readonly navigator?: { readonly storage?: Partial<DeviceStorage> };
  readonly document?: EventTarget & { readonly visibilityState: string };
  readonly process?: {
    on?(event: 'beforeExit', work: () => void): unknown;
    off?(event: 'beforeExit', work: () => void): unknown;
  };
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

/** The world outside: with its basics, the only place that reads the clock, draws random numbers or sets a timer. */
export const systemEnvironment: Environment = {
  ...systemBasics,
  random: () => Math.random(),
  onHidden(work) {
    const page = globalThis as Page;
    const { document, process } = page;
    return document === undefined ? onExit(process, work) : onHiddenPage(page, document, work);
  },
  onOnline(work) {
    const listening = new AbortController();
    for (const type of ['online', 'offline']) (globalThis as Page).addEventListener?.(type, work, listening);
    return () => listening.abort();
  },
  storage() {
    const storage = (globalThis as Page).navigator?.storage;
    return storage?.estimate && storage.persisted && storage.persist ? (storage as DeviceStorage) : null;
  },
};
