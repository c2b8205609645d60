import type { DataOrchestrator } from 'tiersync';
import { randomFrom } from '../support/randomFrom.ts';
import type { State } from './History.ts';

/** What one who saves without end says of each round: first what it tries, then that it is durable. */
export type Said = { readonly [kind in 'tries' | 'confirmed']?: { readonly [id: string]: State } } & {
  readonly bad?: string;
};

export type Say = (said: Said) => void | Promise<void>;

/** Saves and deletes a few notes of few keys, round after round, until it is killed from outside. */
export async function saveWithoutEnd(
  data: Pick<DataOrchestrator, 'repo' | 'flush' | 'events$'>,
  seed: number,
  say: Say,
): Promise<never> {
  const random = randomFrom(seed);
  const pick = (count: number): number => Math.floor(random() * count);
  const notes = data.repo<{ label: string; ballast: string }>('Note');
  data.events$.subscribe((event) => {
    if (event.type === 'problem' || event.type === 'failed') void say({ bad: event.type });
  });
  for (let round = 0; ; round++) {
    const tries: Record<string, State> = {};
    for (let write = 0; write <= pick(4); write++) {
      tries[`${'abc'[pick(3)]}.${pick(6)}`] = pick(5) === 0 ? null : `seed ${seed} round ${round} write ${write}`;
    }
    await say({ tries });
    for (const [id, label] of Object.entries(tries)) {
      if (label === null) notes.delete(id);
      else notes.save({ id, label, ballast: 'x'.repeat(pick(20_000)) });
    }
    await data.flush();
    await say({ confirmed: tries });
  }
}
