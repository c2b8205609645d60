import type { Device } from './Fleet.ts';

type State = string | null;

/** All that was written on any device, in order, and what of it somebody was promised. */
export class Story {
  readonly #states = new Map<string, State[]>();
  readonly #confirmed = new Map<string, number>();
  /** Labels that must be found somewhere, under whatever id. */
  readonly kept = new Set<string>();

  save(device: Device, id: string, label: string, more: object = {}): void {
    this.note(id, label);
    device.save(id, label, more);
  }

  delete(device: Device, id: string): void {
    this.note(id, null);
    device.notes.delete(id);
  }

  clear(device: Device): void {
    for (const id of this.#states.keys()) this.note(id, null);
    device.notes.clear();
  }

  note(id: string, state: State): void {
    const states = this.#states.get(id) ?? [null];
    states.push(state);
    this.#states.set(id, states);
  }

  /** What was written before is confirmed once this resolves. */
  async flush(device: Device, until: 'local' | 'cloud' = 'cloud'): Promise<void> {
    const marks = [...this.#states].map(([id, states]) => [id, states.length - 1] as const);
    await device.flush(until);
    for (const [id, at] of marks) this.#confirmed.set(id, at);
  }

  /** What is wrong with what is found, where every lost version that somebody was promised must be in a journal. */
  check(found: Readonly<Record<string, unknown>>, devices: readonly Device[], mustBeLast: boolean): string[] {
    const labelOf = (entity: unknown): State => (entity as { label?: string } | null | undefined)?.label ?? null;
    const journals = devices.flatMap(({ conflicts }) => [...conflicts]);
    const wrong: string[] = [];
    for (const [id, states] of this.#states) {
      const state = labelOf(found[`Note ${id}`]);
      const at = mustBeLast ? states.length - 1 : (this.#confirmed.get(id) ?? 0);
      const promised = states[at] as State;
      const isToldOf = journals.some((one) => one.id === id && [one.local, one.remote].map(labelOf).includes(promised));
      if (!states.slice(at).includes(state) && !isToldOf) wrong.push(`${id} is ${state}, not ${promised} or later`);
      if (!states.includes(state) && !state?.startsWith('merged')) wrong.push(`${id} is ${state}, which nobody wrote`);
    }
    const labels = new Set(Object.values(found).map(labelOf));
    for (const label of this.kept) if (!labels.has(label)) wrong.push(`${label} is nowhere`);
    return wrong;
  }
}
