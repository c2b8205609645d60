import type { AnyEntity } from '../interfaces/Entity.ts';
import type { Change } from './Change.ts';

/** All matches of a query, kept up to date. */
export interface Rows {
  readonly total: number;
  /**
   * Whether the changes changed the window. `shown` is the window as it was before them, if somebody still has it; without
   * it, changes that cancel each other may count as one.
   */
  apply(changes: readonly Change[], shown: readonly AnyEntity[] | null): boolean;
  /** A fresh array of the window. */
  copy(): AnyEntity[];
  /** Whether the window consists of exactly these, by reference. */
  shows(window: readonly AnyEntity[]): boolean;
}
