import { expect, test } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import { decidePeriods } from './decide-periods.ts';
import type { Candidate, PeriodEvidence } from './facts.ts';

// What waits above a limit, where the month after has other terms (rules.md 2.3, 5 "Caps"; docs/deals.md).

type Terms = Readonly<Record<string, unknown>>;

const MONTHS = ['2026-01-01', '2026-02-01', '2026-03-01'];

/** What each month pays, in major units, by the terms of each: the last of them hold on. */
function decide(terms: readonly Terms[], first: Partial<PeriodEvidence>): number[] {
  const versions = terms.map((component) => {
    const document = dealDocument({ currency: 'USD', components: [component] });
    return { deal: { id: 'd', partnerId: null, version: 1, effectiveFrom: 0 as Instant, document } };
  });
  const evidence = MONTHS.map((period, index): PeriodEvidence => ({
    period,
    totals: {},
    customers: [],
    candidates: [],
    ...(index === 0 ? first : {}),
  }));
  return decidePeriods(evidence, (period) => {
    const found = versions[Math.min(MONTHS.indexOf(period), versions.length - 1)];
    const component = found?.deal.document.components[0];
    return found === undefined || component === undefined ? undefined : { ...found, component };
  }).map(({ amountMinor }) => Number(amountMinor) / 100);
}

const lots = (more: Terms): Terms => ({ id: 'c', kind: 'per_lot', rates: [{ rate: '5' }], ...more });
const money = (limit: string, overflow: string): Terms => ({ by: 'money', limit, per: 'period', overflow });
const QUEUED = lots({ caps: [money('100', 'queue_next_period')] });

test.each<[string, Terms, number[]]>([
  ['comes under the later limit', lots({ caps: [money('30', 'queue_next_period')] }), [100, 30, 30]],
  ['is lost above a later limit that keeps nothing', lots({ caps: [money('30', 'reject')] }), [100, 30, 0]],
  ['is paid whole where nothing is limited', lots({}), [100, 150, 0]],
  ['is paid at what it was worth', lots({ rates: [{ rate: '1' }] }), [100, 150, 0]],
])('money that waits %s', (_name, later, paid) => {
  expect(decide([QUEUED, later], { totals: { units: '50', amount: '250' } })).toEqual(paid);
});

const one = (day: string, more: Partial<Candidate> = {}): Candidate => ({
  key: day,
  at: `${day}T00:00:00.000Z`,
  order: '',
  amount: '100',
  country: '',
  ...more,
});
const count = (limit: string): Terms => ({
  by: 'count',
  limit,
  per: 'period',
  overflow: 'queue_next_period',
});
const stage = (more: Terms): Terms => ({
  id: 'c',
  kind: 'stage_payment',
  on: 'funded',
  amount: '100',
  ...more,
});
const cpa = (more: Terms): Terms => ({ id: 'c', kind: 'cpa', amount: '100', ...more });
const THREE = [one('2026-01-02'), one('2026-01-03'), one('2026-01-04')];

test.each<[string, readonly Terms[], number[]]>([
  ['come under the later limit', [cpa({ caps: [count('1')] }), cpa({ caps: [count('2')] })], [100, 200, 0]],
  ['are paid where nothing is limited', [cpa({ caps: [count('1')] }), cpa({})], [100, 200, 0]],
  [
    'take the steps of the month that pays them',
    [cpa({ caps: [count('1')] }), cpa({ tiers: { bands: [{ upTo: '1', rate: '50' }, { rate: '80' }] } })],
    [100, 130, 0],
  ],
  [
    'are paid where the number of stages is limited no more',
    [stage({ caps: [count('1')] }), stage({})],
    [100, 200, 0],
  ],
  [
    'come as money under a limit of money',
    [stage({ caps: [count('1')] }), stage({ caps: [money('150', 'queue_next_period')] })],
    [100, 150, 50],
  ],
])('payments that wait %s', (_name, terms, paid) => {
  expect(decide(terms, { candidates: THREE, totals: { qualified: '3' } })).toEqual(paid);
});

test('what was paid of a number is taken back also where the later terms limit none', () => {
  const taken = { at: '2026-02-05T00:00:00.000Z', percent: '100', period: '2026-02-01' };
  const terms = [stage({ caps: [count('1')] }), stage({})];
  expect(decide(terms, { candidates: [one('2026-01-02', { taken })] })).toEqual([100, -100, 0]);
});
