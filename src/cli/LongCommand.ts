import { TierSyncError } from '../errors.ts';
import type { LongWork, Progress } from '../maintenance/TierReader.ts';
import type { Terminal } from './Terminal.ts';

const width = 24;

const phases: { readonly [phase in Progress['phase']]: string } = {
  reading: 'looking',
  mending: 'mending',
  writing: 'writing',
};

/** How far work has come, as a line. */
export function progressLine({ phase, done, total }: Progress): string {
  if (total === null) return `${phases[phase]} ${done} lines`;
  const share = total === 0 ? 1 : done / total;
  const full = Math.floor(share * width);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${phases[phase]} [${'#'.repeat(full)}${'-'.repeat(width - full)}] ${percent} % of ${total} keys`;
}

/** Work that shows how far it is and ends between two steps when somebody asks the process to end. */
export async function longCommand<T>(terminal: Terminal, work: (options: LongWork) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const stopListening = terminal.onStop((signal) => {
    // Who asks twice does not wait.
    if (ending.signal.aborted) terminal.exit(1);
    ending.abort(
      new TierSyncError('closed', `${signal}: stopped between two steps; what was done until then is whole`),
    );
  });
  let shown = '';
  try {
    return await work({
      signal: ending.signal,
      onProgress(progress) {
        const line = progressLine(progress);
        if (line !== shown) terminal.draw((shown = line));
      },
    });
  } finally {
    stopListening();
    if (shown !== '') terminal.draw('');
  }
}
