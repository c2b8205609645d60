import { useTierSync } from 'tiersync/react';
import { useNow } from '../useNow.ts';
import { useStream } from '../useStream.ts';

/** How long until it tries by itself again. Not read aloud: it changes every second. */
export function NextTry() {
  const stats = useStream(useTierSync().sync.stats$, null);
  const at = stats?.nextTryAt ?? null;
  useNow(at !== null);
  if (at === null) return null;
  // The time of this rendering: what was counted before is of another try.
  const seconds = Math.max(1, Math.ceil((at.getTime() - Date.now()) / 1_000));
  return (
    <span className="next-try" aria-hidden="true">
      , next try in {seconds} s
    </span>
  );
}
