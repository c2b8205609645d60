const day = 86_400_000;

export interface DueText {
  readonly text: string;
  readonly isLate: boolean;
}

/** A day as people say it, seen from another one. Both such as 2027-01-31. */
export function dueText(due: string, today: string): DueText {
  const days = Math.round((Date.parse(due) - Date.parse(today)) / day);
  const near = { '-1': 'Yesterday', 0: 'Today', 1: 'Tomorrow' }[days];
  const date = new Date(`${due}T12:00:00Z`);
  const far = date.toLocaleDateString('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return { text: near ?? far, isLate: days < 0 };
}

/** The day that it is here. */
export function today(now: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
