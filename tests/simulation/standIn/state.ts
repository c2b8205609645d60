/** What can be wrong with the stand-in, each on purpose. */
export type Defect =
  | 'no device lock'
  | 'no compare-and-swap'
  | 'no total order'
  | 'index believed over data'
  | 'outbox cleared too early'
  | 'tombstones collected by their stamp'
  | 'no horizon'
  | 'creation with a lost reply taken for unsent'
  | 'creation below the horizon not stamped anew'
  | 'checkpoint adds changes'
  | 'merge overwrites an edit made meanwhile'
  | 'conflicts not reported'
  | 'observers told twice'
  | 'a sync always writes'
  | 'a batch sent in halves';

export interface Rec {
  readonly name: string;
  readonly id: string;
  readonly stamp: number;
  readonly isDeleted: boolean;
  readonly version: number;
  /** Tells versions apart; of a deletion, the mark of what it deleted. */
  readonly mark: string;
  readonly fields: { readonly [field: string]: unknown };
  /** Of a tombstone in a blob: the commit with which it was folded. */
  readonly folded?: number;
}

export interface OutEntry {
  /** Null: created here. */
  readonly base: string | null;
  readonly isSent: boolean;
}

export interface LostEdit {
  readonly number: number;
  readonly entityName: string;
  readonly id: string;
  readonly local: object | null;
  readonly remote: object | null;
  readonly winner: object | null;
}

/** Everything that the stand-in keeps on its device, as one blob. */
export interface State {
  recs: Map<string, Rec>;
  out: Map<string, OutEntry>;
  cursor: number;
  floor: number;
  conflicts: LostEdit[];
}

export interface Commit {
  readonly seq: number;
  readonly changes: readonly Rec[];
}

export interface Head {
  readonly seq: number;
  readonly checkpoint: { readonly seq: number; readonly index: string | null };
  readonly tail: readonly Commit[];
}

export interface Index {
  readonly blobs: { readonly [key: string]: { readonly object: string; readonly stamp: number } };
  readonly history: readonly (readonly [seq: number, time: number])[];
  readonly horizon: { readonly seq: number; readonly stamp: number };
}

export const placeOf = ({ name, id }: { name: string; id: string }): string => `${name} ${id}`;

/** The one order. */
export function isLater(a: Rec, b: Rec): boolean {
  if (a.stamp !== b.stamp) return a.stamp > b.stamp;
  if (a.isDeleted !== b.isDeleted) return a.isDeleted;
  if (a.version !== b.version) return a.version > b.version;
  return a.mark > b.mark;
}

export const emptyState = (): State => ({ recs: new Map(), out: new Map(), cursor: 0, floor: 0, conflicts: [] });

export const toText = (state: State): string =>
  JSON.stringify({ ...state, recs: [...state.recs], out: [...state.out] });

export function fromText(text: string): State {
  const { recs, out, ...rest } = JSON.parse(text) as Omit<State, 'recs' | 'out'> & {
    recs: [string, Rec][];
    out: [string, OutEntry][];
  };
  return { ...rest, recs: new Map(recs), out: new Map(out) };
}
