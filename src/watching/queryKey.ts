import type { QueryOptions } from 'tiersync';

/** One text for equal options. A date is not the text of it. */
export function queryKey(options: QueryOptions | undefined): string {
  return JSON.stringify(options ?? {}, function (this: { [field: string]: unknown }, field, value) {
    const given = this[field];
    if (given instanceof Date) return { $date: given.getTime() };
    return typeof given === 'bigint' ? { $bigint: String(given) } : value;
  });
}
