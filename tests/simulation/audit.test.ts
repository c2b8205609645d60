import { describe, expect, it } from 'vitest';
import { auditPlace } from '../../src/testing/simulation/audit.ts';
import type { Write } from '../../src/testing/simulation/History.ts';

const confirmed: Write = {
  ...{ place: 'Task g0.a', mark: 'first', device: 0, base: null, stamp: 1_000, expiresAt: null },
  ...{ level: 'saved', isReported: false, isAtRisk: false },
};
const rules = { isConfirmed: () => true, isWild: false, isLastWriteWins: true, clears: [], now: 1_000_000 };

describe('the audit of what was confirmed', () => {
  it('names a confirmed version that is absent', () => {
    expect(auditPlace(null, [confirmed], rules)).toContain('is absent, although first of device 0');
  });

  it('takes the report of a conflict for all that its device had put into the version that lost', () => {
    const later: Write = { ...confirmed, mark: 'second', base: 'first', stamp: 2_000, isReported: true };
    expect(auditPlace(null, [confirmed, later], rules)).toBeNull();
  });

  it('does not take it for what another device wrote, nor for what was written after it', () => {
    const lost: Write = { ...confirmed, mark: 'second', base: 'first', stamp: 2_000, isReported: true };
    const other: Write = { ...confirmed, device: 1, mark: 'other' };
    const again: Write = { ...confirmed, mark: 'third', base: 'second', stamp: 3_000 };
    expect(auditPlace(null, [other, lost], rules)).toContain('other of device 1');
    expect(auditPlace(null, [lost, again], rules)).toContain('third of device 0');
  });
});
