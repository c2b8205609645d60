import { expect, test } from 'vitest';
import { isIsoTime } from '../../src/blob/isoTime.ts';

const two = (number: number): string => String(number).padStart(2, '0');

/** As the specification of the language says it. */
function isOwnText(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

test('[BL6] a day is taken for one in the months that have it, and in no others', () => {
  for (const year of ['1900', '2000', '2023', '2024', '0000', '9999']) {
    for (let month = 0; month <= 13; month++) {
      for (let day = 0; day <= 32; day++) {
        const text = `${year}-${two(month)}-${two(day)}T23:59:59.999Z`;
        expect([text, isIsoTime(text)]).toEqual([text, isOwnText(text)]);
      }
    }
  }
});

test('[BL6] a time in any other form than toISOString gives is none', () => {
  const right = ['2026-01-31T00:00:00.000Z', '+012345-06-07T08:09:10.111Z', '-000001-12-31T23:59:59.999Z'];
  const wrong = ['2026-01-31T24:00:00.000Z', '2026-01-31T00:60:00.000Z', '2026-01-31T00:00:60.000Z', '2026-01-31'];
  const others = ['2026-01-31T00:00:00Z', '2026-01-31T00:00:00.000+00:00', ' 2026-01-31T00:00:00.000Z', '', 5, null];
  expect(right.map(isIsoTime)).toEqual([true, true, true]);
  expect([...wrong, ...others].map(isIsoTime)).toEqual([...wrong, ...others].map(() => false));
});
