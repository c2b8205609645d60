import type { DataOrchestrator, DataRepository } from 'tiersync';
import type { Note } from './Emissions.ts';

export interface Play {
  readonly who: string;
  /** A note that all who play edit. */
  readonly shared: string;
  readonly rounds: number;
  /** Of each note of its own, after its first version. */
  readonly edits: number;
}

interface Player {
  readonly data: Pick<DataOrchestrator<unknown>, 'flush'>;
  readonly notes: DataRepository<Note>;
}

/** Writes notes of its own, and the shared one in between. Each round is sent before the next, so that those of all mix. */
export async function play({ data, notes }: Player, { who, shared, rounds, edits }: Play): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const id = `${who}.${round}`;
    notes.save({ id, group: who, text: textOf(id, 0) });
    for (let edit = 1; edit <= edits; edit++) await notes.update(id, { text: textOf(id, edit) });
    await notes.update(shared, { text: `${who} in round ${round}` });
    await data.flush('cloud');
  }
}

export const textOf = (id: string, edit: number): string => `${id}, edit ${edit}`;

/** The notes of one player, with all texts that each had. */
export function played({ who, rounds, edits }: Play): ReadonlyMap<string, readonly string[]> {
  const ids = Array.from({ length: rounds }, (_, round) => `${who}.${round}`);
  return new Map(ids.map((id) => [id, Array.from({ length: edits + 1 }, (_, edit) => textOf(id, edit))]));
}
