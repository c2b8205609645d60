import type { Said, Shown, Synced, Tried } from './deviceTalk.ts';

interface Edit extends Tried {
  readonly device: string;
  /** By a flush, of the device or of the cloud. `unknown`: its device was killed before. */
  state: 'tried' | 'confirmed' | 'unknown';
}

/** All that the devices said, over their restarts: what may be found at the end follows from it. */
export class Ledger {
  readonly syncs: Synced[] = [];
  readonly failures: string[] = [];
  readonly bad: string[] = [];
  readonly #edits: Edit[] = [];
  readonly #inConflict = new Set<string>();
  readonly #conflicts = new Set<string>();

  hear(device: string, said: Said): void {
    if ('tried' in said) this.#edits.push({ ...said.tried, device, state: 'tried' });
    if ('confirmed' in said) this.#settle(device, 'confirmed');
    if ('sync' in said) this.syncs.push(said.sync);
    if ('failed' in said) this.failures.push(`${device}: ${said.failed}`);
    if ('bad' in said) this.bad.push(`${device}: ${said.bad}`);
    if (!('conflict' in said)) return;
    this.#conflicts.add(JSON.stringify(said.conflict));
    for (const label of said.conflict.labels) if (label !== null) this.#inConflict.add(label);
  }

  noteKill(device: string): void {
    this.#settle(device, 'unknown');
  }

  editsOf(device: string): readonly Edit[] {
    return this.#edits.filter((edit) => edit.device === device);
  }

  get edits(): number {
    return this.#edits.length;
  }

  get confirmed(): number {
    return this.#edits.filter(isConfirmed).length;
  }

  get conflicts(): number {
    return this.#conflicts.size;
  }

  /** What is wrong with that end. */
  judge(end: readonly Shown[]): string[] {
    const shown = new Map(end.map((record) => [record.id, record]));
    const ids = new Set([...this.#edits.map(({ id }) => id), ...shown.keys()]);
    return [...ids].flatMap((id) => {
      const edits = this.#edits.filter((edit) => edit.id === id);
      return [...lostOf(id, edits, shown.get(id)), ...this.#silentOf(edits, shown.get(id))];
    });
  }

  #settle(device: string, state: Edit['state']): void {
    for (const edit of this.#edits) if (edit.device === device && edit.state === 'tried') edit.state = state;
  }

  /** Versions that nobody replaced knowingly, that are not what is there, and of which no conflict was told. */
  #silentOf(edits: readonly Edit[], end: Shown | undefined): string[] {
    const replaced = new Set(edits.map(({ from }) => from));
    return edits
      .filter((edit) => isConfirmed(edit) && edit.label !== null && edit.label !== end?.label)
      .filter(({ label }) => !replaced.has(label) && !this.#inConflict.has(label as string))
      .map(({ id, label }) => `${label} of ${id} gave way to ${end?.label ?? 'nothing'} without a word`);
  }
}

const isConfirmed = ({ state }: Edit): boolean => state === 'confirmed';

/** The version that is there is one that was made, and not older than any that was confirmed. */
function lostOf(id: string, edits: readonly Edit[], end: Shown | undefined): string[] {
  const confirmed = Math.max(0, ...edits.filter(isConfirmed).map(({ stamp }) => stamp));
  const possible = edits.filter(({ label, stamp }) => label === (end?.label ?? null) && stamp >= confirmed);
  const isRight = end === undefined ? confirmed === 0 || possible.length > 0 : possible[0]?.stamp === end.stamp;
  return isRight ? [] : [`${id} is ${JSON.stringify(end ?? null)}, though ${confirmed} was confirmed`];
}
