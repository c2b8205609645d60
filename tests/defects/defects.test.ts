import { describe, expect, it } from 'vitest';
import { naiveSubject } from './naiveSubject.ts';
import { type DefectCase, DefectShown } from './Subject.ts';
import { cloudCases } from './scenarios/cloud.ts';
import { costCases } from './scenarios/cost.ts';
import { lifecycleCases } from './scenarios/lifecycle.ts';
import { orderCases } from './scenarios/order.ts';
import { readingCases } from './scenarios/reading.ts';
import { tiersyncSubject } from './tiersyncSubject.ts';

const cases: readonly DefectCase[] = [...orderCases, ...lifecycleCases, ...readingCases, ...costCases, ...cloudCases]
  .slice()
  .sort((a, b) => a.id.localeCompare(b.id, 'en'));

describe('defects of earlier builds of the same text', () => {
  for (const { id, title, scenario } of cases) {
    // A scenario that the naive build survives would prove nothing about tiersync.
    it(`[${id}] the naive build shows: ${title}`, async () => {
      await expect(scenario(naiveSubject())).rejects.toThrow(DefectShown);
    });
    it(`[${id}] ${title}`, () => scenario(tiersyncSubject));
  }

  it('every one of the nineteen has a case', () => {
    const ids = Array.from({ length: 19 }, (_, i) => `D${String(i + 1).padStart(2, '0')}`);
    expect([...new Set(cases.map(({ id }) => id))]).toEqual(ids);
  });
});
