/** What an app saw of one entity: the label it gave it last, or null where there is none. */
export type State = string | null;

interface Past {
  readonly entityName: string;
  readonly id: string;
  /** All states in order; the first: it did not exist. */
  readonly states: State[];
  /** The state that a resolved flush covers. */
  confirmed: number;
}

/** All that was written and all that was confirmed, over restarts: what may be found after a crash follows from it. */
export class History {
  readonly #pasts = new Map<string, Past>();

  note(entityName: string, id: string, state: State): void {
    this.#of(entityName, id).states.push(state);
  }

  /** The bytes of some entities are lost, and nobody knows yet. */
  spoil(isMeant: (id: string) => boolean): void {
    for (const past of this.#pasts.values()) if (isMeant(past.id)) past.states.push(null, lastOf(past));
  }

  /** Everything written before this call counts as confirmed once the function that it returns is called. */
  mark(): () => void {
    const marks = [...this.#pasts.values()].map((past) => ({ past, at: past.states.length - 1 }));
    return () => {
      for (const { past, at } of marks) past.confirmed = Math.max(past.confirmed, at);
    };
  }

  /** What may be found: what was confirmed, or something written later. */
  allowed({ states, confirmed }: Past): State[] {
    return states.slice(confirmed);
  }

  last(past: Past): State {
    return lastOf(past);
  }

  pasts(entityName?: string): Past[] {
    return [...this.#pasts.values()].filter((past) => entityName === undefined || past.entityName === entityName);
  }

  names(): Set<string> {
    return new Set([...this.#pasts.values()].map(({ entityName }) => entityName));
  }

  #of(entityName: string, id: string): Past {
    const place = `${entityName} ${id}`;
    const past = this.#pasts.get(place) ?? { entityName, id, states: [null], confirmed: 0 };
    this.#pasts.set(place, past);
    return past;
  }
}

const lastOf = ({ states }: Past): State => states.at(-1) ?? null;
