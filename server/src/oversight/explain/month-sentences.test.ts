import { describe, expect, test } from 'vitest';
import { ALWAYS, at, buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import type { PeriodStep } from '../../pipeline/periods/facts.ts';
import { explainMonth, explainMonthCommission } from './explain-month.ts';
import type { MonthEvidence, MonthResult, Posting } from './facts.ts';

const PARTNER = '0190a000-0000-7000-8000-00000000000a';
const CUSTOMER = '0190a000-0000-7000-8000-0000000000c1';
const DEAL = '0190a000-0000-7000-8000-0000000000d1';
const document = dealDocument({
  currency: 'USD',
  components: [{ id: 'share', kind: 'revshare', base: 'ngr', percent: '30' }],
});

function month(result: Partial<MonthResult> | null, more: Partial<MonthEvidence> = {}): MonthEvidence {
  const deal = { id: DEAL, partnerId: PARTNER, version: 1, effectiveFrom: ALWAYS, document };
  const program = {
    ...buildProgram({ partners: [{ id: PARTNER, name: 'Leo', suspensions: [] }] }),
    dealsOf: new Map([[PARTNER, [deal]]]),
  };
  return {
    program,
    now: at('2026-03-01T00:00:00Z'),
    partnerId: PARTNER,
    component: 'share',
    period: '2026-02-01',
    totals: {},
    decidedAt: at('2026-03-01T00:00:00Z'),
    result:
      result === null
        ? null
        : {
            amountMinor: '0',
            currency: 'USD',
            exact: '0',
            steps: [],
            carry: {},
            dealId: DEAL,
            dealVersion: 1,
            ...result,
          },
    before: { period: '2026-01-01', carry: {} },
    closed: null,
    contributors: { count: 0, first: [] },
    candidates: { count: 0, first: [] },
    postings: [],
    dealTerms: new Map(),
    ...more,
  };
}

const said = (evidence: MonthEvidence): readonly string[] => explainMonth(evidence).sentences.partner;
const step = (name: string, amount: string, by?: Record<string, string>): PeriodStep => ({
  step: name,
  amount,
  ...(by === undefined ? {} : { by }),
});

describe('each step in words', () => {
  const rows: [PeriodStep, string][] = [
    [
      step('capped', '30', { limit: '100', overflow: 'reject', per: 'day', from: '2026-02-12' }),
      '30.00 USD is above the limit of 100.00 of 2026-02-12 and is not paid.',
    ],
    [
      step('capped', '40', { limit: '150', overflow: 'reject', per: 'week', from: '2026-02-09' }),
      '40.00 USD is above the limit of 150.00 of the week from 2026-02-09 and is not paid.',
    ],
    [
      step('played', '125', { edge: '5', played: '5000' }),
      'Played at an edge of 5 %: 5000.00 USD, half of which times the edge is 125.00 USD.',
    ],
    [
      step('played', '0', { edge: '0', played: '700' }),
      'Played of products without an edge: 700.00 USD, which counts for nothing.',
    ],
    [step('theoretical_ggr', '135'), 'Theoretical GGR of the month: 135.00 USD.'],
    [step('ngr', '7000'), 'NGR of the month: 7000.00 USD.'],
    [
      step('fees', '-260', { percent: '2', of: 'deposits', subtotal: '6740' }),
      'fees: 2 % of deposits takes away 260.00 USD, which leaves 6740.00 USD.',
    ],
    [step('refunds', '5', { subtotal: '7005' }), 'refunds: adds 5.00 USD, which leaves 7005.00 USD.'],
    [step('tax', '0', { subtotal: '7000' }), 'tax: changes nothing, which leaves 7000.00 USD.'],
    [step('carried_in', '-80'), '-80.00 USD is carried in from January 2026.'],
    [step('rate', '33.333', { percent: '33.333', base: '100' }), '33.333 % of 100.00 USD is 33.333 USD.'],
    [
      step('tier', '33.3333333333', { rate: '30', metric: '1', quantity: '111.111111111' }),
      '30 % of about 111.11111111 USD is about 33.33333333 USD.',
    ],
    [
      step('ringfenced', '12000', { customerId: CUSTOMER }),
      '12000.00 USD that 1 customer won is set off against these customers alone, in the months to come.',
    ],
    [
      step('capped', '20', { limit: '100', overflow: 'queue_next_period' }),
      '20.00 USD is above the limit of 100.00 and waits for the next month.',
    ],
    [
      step('cpa_instead', '2'),
      'The revenue of 2 customers does not count here, because the CPA is paid instead.',
    ],
    [step('fallback', '1'), 'The revenue of 1 customer counts here because a limit refused the CPA.'],
    [
      step('flat_fee', '50', { days: '10', of: '28' }),
      'For 10 of 28 days the fixed amount of the month is 50.00 USD.',
    ],
    [step('something_new', '1', { more: '2' }), 'Something new: 1.00 USD (more 2).'],
  ];
  test.each(rows)('%o', (one, expected) => {
    expect(said(month({ steps: [one] }))[0]).toBe(expected);
  });

  test('what customers have by themselves is one sentence, and each of them a node of the tree', () => {
    const steps = [
      step('ringfenced', '12000', { customerId: CUSTOMER }),
      step('ringfenced', '6000', { customerId: CUSTOMER.replace('c1', 'c2') }),
    ];
    const evidence = month({ steps });
    expect(said(evidence).filter((one) => one.includes('customers'))).toEqual([
      '18000.00 USD that 2 customers won is set off against these customers alone, in the months to come.',
    ]);
    const [settlement] = explainMonth(evidence).tree.children;
    expect(settlement?.children.map(({ kind, ref }) => [kind, ref?.slice(0, 4)])).toEqual([
      ['step', 'cus_'],
      ['step', 'cus_'],
    ]);
  });
});

test('a zero says why to both audiences, and names nobody to the partner', () => {
  const explained = explainMonth(
    month(
      { reason: 'negative_carried', steps: [step('carried_out', '-10')] },
      {
        contributors: {
          count: 1,
          first: [{ id: CUSTOMER, kind: 'customer', name: 'Jane', measures: { ngr: '-10' } }],
        },
      },
    ),
  );
  expect(explained.reason).toBe('negative_carried');
  expect(explained.summary).toBe('0.00 USD for Leo: component share, February 2026, provisional.');
  expect(explained.sentences.partner.join(' ')).not.toMatch(/Jane|cus_/);
  expect(explained.sentences.partner).toContain(
    'February 2026 is not closed: the figures are provisional and may still change.',
  );
  expect(JSON.stringify(explained.tree)).toContain('Jane');
});

test('a month without a deal says so', () => {
  expect(explainMonth(month(null))).toMatchObject({ reason: 'no_deal', line: { desiredMinor: null } });
});

test('a commission is one booking of its month, and no other month explains it', () => {
  const booked = (commissionId: string, amountMinor: string): Posting => ({
    commissionId,
    naturalKey: `p:2026-02-01:share:${PARTNER}`,
    amountMinor,
    currency: 'USD',
    component: 'share',
    partnerId: PARTNER,
    bookedAt: at('2026-03-01T00:00:00Z'),
    holdDay: '2026-03-01',
    holdReason: 'period_open',
    groupRelease: 0,
    legs: [],
    journal: { lane: 1, hopId: 'h', rowNo: 0 },
    group: null,
  });
  const evidence = month(
    { amountMinor: '900', exact: '9' },
    { postings: [booked('com_1', '1000'), booked('com_2', '-100')] },
  );
  const explained = explainMonthCommission(evidence, 'com_2');
  expect(explained?.summary).toBe(
    '-1.00 USD, one of 2 bookings. Now it is 9.00 USD for Leo: component share, February 2026, provisional.',
  );
  expect(explained?.line).toMatchObject({ bookedMinor: '900', state: 'held', stateReason: 'period_open' });
  expect(explained?.tree.children[0]?.children.filter(({ kind }) => kind === 'posting')).toHaveLength(2);
  expect(explainMonthCommission(evidence, 'com_3')).toBeUndefined();
});
