import { describe, expect, test } from 'vitest';
import { at, buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import { decimal } from '../../kernel/decimal.ts';
import type { PeriodEvidence } from './facts.ts';
import { allocate } from './intervals.ts';
import { settleComponent } from './settle-component.ts';

// rules.md 2.5 and 5: a percentage of what is settled by month is of what the partner below earned while it stood under that parent.

describe('an amount is allocated by weights', () => {
  test.each<[bigint, string[], bigint[]]>([
    [1000n, ['1', '1', '1'], [334n, 333n, 333n]],
    [1000n, ['300', '700.0'], [300n, 700n]],
    [100n, ['1', '2', '3'], [17n, 33n, 50n]],
    [-100n, ['1', '2'], [-33n, -67n]],
    [600n, ['100', '-40'], [1000n, -400n]],
    [5n, ['1', '1', '1', '1'], [2n, 1n, 1n, 1n]],
    [2n, ['1', '2', '2'], [0n, 1n, 1n]],
    [1n, ['1', '3', '2'], [0n, 1n, 0n]],
    [1n, ['3', '1', '2'], [1n, 0n, 0n]],
    [1n, ['0.001', '0.02', '0.3'], [0n, 0n, 1n]],
    [321n, ['0.001', '0.02', '0.3'], [1n, 20n, 300n]],
    [-1n, ['1', '1'], [0n, -1n]],
    [3n, ['-1', '-2'], [1n, 2n]],
    [0n, ['1', '2'], [0n, 0n]],
    [500n, ['0', '0'], [0n, 500n]],
    [500n, ['10', '-10', '0'], [0n, 0n, 500n]],
  ])('%s by %j', (amount, weights, expected) => {
    const parts = allocate(amount, weights.map(decimal));
    expect(parts).toEqual(expected);
    expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(amount);
  });
});

describe('parents of a month', () => {
  const share = dealDocument({
    currency: 'USD',
    components: [{ id: 'below', kind: 'sub_partner_share', percent: '10' }],
  });
  const program = (component: object): ReturnType<typeof buildProgram> =>
    buildProgram({
      deals: {
        ann: dealDocument({ currency: 'USD', components: [{ id: 'own', ...component }] }),
        mid: share,
        new: share,
      },
      parents: {
        ann: [
          { parentId: 'mid', effectiveFrom: at('2025-01-01T00:00:00Z') },
          { parentId: 'new', effectiveFrom: at('2026-01-11T00:00:00Z') },
        ],
      },
    });
  const REVSHARE = { kind: 'revshare', base: 'ggr', percent: '30' };

  const above = (component: object, evidence: Partial<PeriodEvidence>): unknown =>
    settleComponent(program(component), {
      partnerId: 'ann',
      component: 'own',
      evidence: [{ period: '2026-01-01', totals: {}, customers: [], candidates: [], ...evidence }],
      bookedOf: () => ({}),
      isClosed: () => false,
    })[0]?.settlement.booked.above;
  const told = (mid: string, next: string): object[] => [
    { partnerId: 'mid', component: 'below', amount: mid },
    { partnerId: 'new', component: 'below', amount: next },
  ];

  test('count each what was earned under it: of revenue, of trades, of payments', () => {
    expect(above(REVSHARE, { totals: { ggr: '400', 'cut/0/ggr': '100' } })).toEqual(told('30', '90'));
    const caps = [{ by: 'money', limit: '30' }];
    expect(
      above(
        { kind: 'per_lot', rates: [{ rate: '1' }], caps },
        { totals: { amount: '60', 'cut/0/amount': '20' } },
      ),
    ).toEqual(told('10', '20'));
    const candidate = (key: string, day: string): PeriodEvidence['candidates'][number] => ({
      key,
      at: `2026-01-${day}T00:00:00.000Z`,
      order: key,
      amount: '100',
      country: '',
    });
    expect(
      above(
        { kind: 'cpa', amount: '100', caps: [{ by: 'count', limit: '3' }] },
        { candidates: ['05', '11', '12', '13'].map((day) => candidate(day, day)) },
      ),
    ).toEqual(told('100', '200'));
  });

  test('the last one counts what no interval brought', () => {
    expect(above(REVSHARE, { totals: { ggr: '400' } })).toEqual(told('30', '120').slice(1));
  });
});
