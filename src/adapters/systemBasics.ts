import { nanoid } from 'nanoid';
import type { Basics } from '../interfaces/Environment.ts';

interface Page {
  readonly navigator?: { readonly onLine?: boolean };
}

/** The part of the world outside that also an app without tiers needs. */
export const systemBasics: Basics = {
  now: () => Date.now(),
  createId: nanoid,
  // Node says nothing of it, and a browser only that there is certainly none.
  isOnline: () => (globalThis as Page).navigator?.onLine !== false,
  setTimer(work, ms) {
    const timer: unknown = setTimeout(work, ms);
    // Node only: data waiting to be written must not keep a finished program alive; beforeExit writes it.
    (timer as { unref?: () => void }).unref?.();
    return timer;
  },
  clearTimer: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};
