import type { Stored } from 'tiersync';

export const columns = [
  { name: 'todo', title: 'To do' },
  { name: 'doing', title: 'Doing' },
  { name: 'done', title: 'Done' },
] as const;

export type ColumnName = (typeof columns)[number]['name'];

export interface Card {
  title: string;
  note: string;
  column: ColumnName;
  /** When it came into its column; the latest stands on top. */
  since: Date;
  /** A day of the calendar, such as 2027-01-31. */
  due?: string;
  /** From then on it is gone, on every device. */
  expiresAt?: Date;
}

export type StoredCard = Stored<Card>;

/** The column beside, or none. */
export function beside(column: ColumnName, step: -1 | 1): (typeof columns)[number] | undefined {
  return columns[columns.findIndex(({ name }) => name === column) + step];
}
