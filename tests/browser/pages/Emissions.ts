import type { DataRepository } from 'tiersync';

export interface Note {
  readonly text: string;
  readonly group?: string;
  readonly n?: number;
}

/** All that a device has shown and told, in order, by id. */
export class Emissions {
  /** What was shown of each note, at each emission that changed it. */
  readonly shown: Record<string, (string | null)[]> = {};
  /** When it was shown, in milliseconds since 1970. */
  readonly times: Record<string, number[]> = {};
  /** Each of these versions with all its fields, as JSON. */
  readonly versions: Record<string, string[]> = {};
  /** How many updates were told to a subscriber. */
  readonly told: Record<string, number> = {};
  readonly #waiting = new Set<() => void>();

  constructor(notes: DataRepository<Note>) {
    notes.observeAll().subscribe((all) => {
      const now = performance.timeOrigin + performance.now();
      const present = new Map(all.map((note) => [note.id, note]));
      for (const id of new Set([...present.keys(), ...Object.keys(this.shown)])) {
        const note = present.get(id);
        const text = note?.text ?? null;
        const shown = (this.shown[id] ??= []);
        const version = JSON.stringify(note ?? null);
        if (this.versions[id]?.at(-1) === version) continue;
        shown.push(text);
        (this.times[id] ??= []).push(now);
        (this.versions[id] ??= []).push(version);
      }
      for (const look of [...this.#waiting]) look();
    });
    notes.subscribe({
      onUpdate: (updated) => {
        for (const { id } of updated) this.told[id] = (this.told[id] ?? 0) + 1;
      },
    });
  }

  /** What is shown now. */
  get now(): Record<string, string> {
    const latest = Object.entries(this.shown).map(([id, texts]) => [id, texts.at(-1)] as const);
    return Object.fromEntries(latest.filter((entry): entry is readonly [string, string] => entry[1] != null));
  }

  /** All of it, as it can be carried out of a page. */
  get log(): { readonly [part in 'shown' | 'versions' | 'told']: Emissions[part] } & {
    readonly now: Emissions['now'];
  } {
    const { shown, versions, told, now } = this;
    return { shown, versions, told, now };
  }

  /** Resolves as soon as notes are shown so; null: it is not there. */
  until(wanted: Record<string, string | null>): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        const { now } = this;
        if (!Object.entries(wanted).every(([id, text]) => (now[id] ?? null) === text)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}
