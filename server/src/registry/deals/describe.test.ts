import { describe, expect, test } from 'vitest';
import { dealDocument } from '../../../test/support/evidence.ts';
import { describeDeal } from './describe.ts';

const words = (component: object): string =>
  describeDeal(dealDocument({ currency: 'USD', components: [{ id: 'c', ...component }] })).join(' ');

describe('a deal in plain words: every rate with its basis', () => {
  test.each<[object, string[]]>([
    [
      { kind: 'per_lot', rates: [{ rate: '7' }, { account: 'live:1', rate: '9' }] },
      [
        '7 USD per lot (round turn) in everything else',
        '9 USD per lot (round turn) on account live:1',
        'the smaller side pays nothing',
      ],
    ],
    [
      { kind: 'per_lot', rates: [{ rate: '7', pointSize: '0.01' }], side: 'both', hedge: 'off' },
      ['7 points of 0.01 per lot', 'twice its lots'],
    ],
    [{ kind: 'per_million', rates: [{ rate: '25' }] }, ['25 USD per million USD of notional (one side)']],
    [
      { kind: 'spread_share', rates: [{ rate: '50' }], spreadAt: 'average', newsProtection: 'on' },
      ['50 % of the spread', 'half of that at the opening', 'counts as the average'],
    ],
    [{ kind: 'commission_share', rates: [{ rate: '10' }] }, ["10 % of the customer's commission"]],
    [
      { kind: 'purchase_share', percent: '15', resetPercent: '10', override: '2' },
      ['15 % of the first purchase', '10 % of each reset', '2 % of the purchase', 'takes nothing back'],
    ],
    [
      { kind: 'stage_payment', on: 'phase_passed', phase: 2, amount: '50', once: 'customer' },
      ['50 USD once per customer, the first time a trader passes phase 2'],
    ],
    [
      { kind: 'stage_payment', on: 'trader_payout', percent: '2' },
      ['2 % of the amount of the event each time'],
    ],
    [
      {
        kind: 'per_lot',
        rates: [{ rate: '1' }],
        tiers: {
          bands: [
            { upTo: '100', rate: '5' },
            { upTo: null, rate: '7' },
          ],
        },
      },
      [
        'By lots of the month: up to 100 5 USD per lot (round turn); above that 7 USD per lot (round turn); each step at its own rate',
      ],
    ],
    [
      {
        kind: 'per_lot',
        rates: [{ rate: '1' }],
        caps: [{ by: 'money', limit: '500', overflow: 'queue_next_period' }],
      },
      ['at most 500 USD a month; what is above waits for the next month'],
    ],
  ])('%j', (component, expected) => {
    const said = words(component);
    for (const part of expected) expect(said).toContain(part);
    expect(said).not.toMatch(/undefined|null|NaN/);
  });

  test.each([
    ['additive_percent', { overridePercent: '20' }, '20 % of what the level below earned'],
    [
      'pass_through',
      { giveUps: [{ rate: '1' }] },
      'gives 1 USD per lot (round turn) in everything else to the partner above',
    ],
    ['ratio', { ratios: { level: '0.5' } }, 'the base times 0.5 (level)'],
  ])('mode %s', (mode, more, expected) => {
    expect(words({ kind: 'per_lot', rates: [{ rate: '7' }], levels: { mode }, ...more })).toContain(expected);
  });
});

test('a CPA or a share, and whom a limit refuses', () => {
  const said = describeDeal(
    dealDocument({
      currency: 'USD',
      components: [
        {
          id: 'cpa',
          kind: 'cpa',
          amount: '100',
          caps: [{ by: 'count', limit: '50', overflow: 'revshare_fallback' }],
        },
        {
          id: 'share',
          kind: 'revshare',
          base: 'ngr',
          percent: '20',
          unlessPaid: 'cpa',
          whenTakenBack: 'share',
          fromMonth: 3,
        },
      ],
    }),
  ).join(' ');
  expect(said).toContain(
    'at most 50 payments a month; what is above is not paid, and these customers count for the share of revenue instead.',
  );
  expect(said).toContain(
    'Customers for whom "cpa" was granted do not count in any month, unless a chargeback took it back.',
  );
  expect(said).toContain('A customer counts from 60 days after its registration on.');
});
