import { describe } from '../util/checkName.ts';

/** A filter that no strategy reads would select nothing, so a slip of the pen must not pass for one. */
export function checkFilters(strategyName: string, options: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || known.includes(name)) continue;
    const filters = known.join(', ') || 'none';
    throw new TypeError(`${describe(name)} is no filter of ${strategyName} (${filters}); conditions go into where.`);
  }
}
