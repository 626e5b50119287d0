// Semantics.md 13.4 and 13.9: CPA, what is an advance of it, and what is taken back.
import { deal, happened, LEAF, player, reported } from './vector.ts';
import type { Row, Terms, Vector } from './vector.ts';

const cpa = (more: Terms = {}): Terms => ({
  id: 'cpa',
  kind: 'cpa',
  amount: '100',
  minimumDeposit: '50',
  ...more,
});
const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `p${n + 1}`);

/** 200 registrations, 40 first deposits, two of them too late, and two customers who fail KYC while the CPA is held. */
const V_CPA_1: readonly Row[] = names(200).flatMap((customer, n) => [
  player(customer, '2026-05-04T12:00:00Z'),
  ...(n >= 40
    ? []
    : [
        happened('deposit', `d-${customer}`, {
          customer,
          amount: '60',
          at: n < 38 ? '2026-05-10T12:00:00Z' : '2026-05-11T12:00:00Z',
        }),
      ]),
  ...(n >= 2
    ? []
    : [
        happened('kyc_status', `k-${customer}`, {
          customer,
          at: '2026-05-20T12:00:00Z',
          kyc: { status: 'failed' },
        }),
      ]),
]);

function quality(id: string, firstDeposits: number, paid: string): Vector {
  const gated = {
    amount: '1',
    firstDeposit: 'none',
    minimumDeposit: '0',
    qualityGate: { of: 'first_deposits', atLeastPercent: '6' },
  };
  return {
    id,
    deals: { [LEAF]: deal(cpa(gated)) },
    rows: names(100).flatMap((customer, n) => [
      player(customer),
      ...(n < firstDeposits ? [happened('deposit', `d-${customer}`, { customer, amount: '20' })] : []),
    ]),
    earns: paid === '0.00' ? {} : { [LEAF]: paid },
    months: [
      {
        month: '2026-01',
        pays: paid,
        ...(paid === '0.00'
          ? { reason: 'quality_gate', steps: { quality_gate: String(firstDeposits) } }
          : {}),
      },
    ],
    explains: [
      [`${LEAF} cpa 2026-01`, paid === '0.00' ? /5 % .*first deposits/ : /100 (customers )?qualified/],
    ],
  };
}

const RECOUP: Terms = {
  id: 'share',
  kind: 'revshare',
  base: 'ngr',
  percent: '100',
  recoup: { component: 'cpa' },
};
const ADVANCE = deal(cpa({ amount: '20' }), RECOUP);
const ADVANCED = [player('p1'), happened('deposit', 'd', { amount: '60' })];

/** A CPA of 100, qualified on 11 January 2024, and a chargeback. What was paid out by then is taken back by age. */
function clawed(id: string, at: string, afterPayment: RegExp, owed?: string): Vector {
  const clawback = {
    schedule: [
      { beforeMonth: 12, percent: '100' },
      { upToMonth: 18, percent: '50' },
    ],
  };
  const back = happened('chargeback', 'back', { amount: '60', originalId: 'd', at });
  return {
    id,
    deals: { [LEAF]: deal(cpa({ clawback })) },
    rows: [
      player('p1', '2024-01-10T12:00:00Z'),
      happened('deposit', 'd', { amount: '60', at: '2024-01-11T12:00:00Z' }),
      ...(owed === undefined ? [back] : []),
    ],
    ...(owed === undefined
      ? {}
      : { pays: { amount: '100.00', at: '2024-03-01T00:00:00Z' }, afterwards: [back] }),
    earns: owed === undefined || owed === '0.00' ? {} : { [LEAF]: owed },
    events: { d: ['leaf 100.00'], back: [`leaf ${owed ?? '-100.00'}`] },
    explains: [
      ['back', afterPayment],
      ...(owed === undefined ? [] : [['d', /It was paid on 1 March 2024/] as const]),
    ],
  };
}

export const CPA: readonly Vector[] = [
  {
    id: 'V-CPA-1',
    deals: { [LEAF]: deal(cpa({ windowDays: 7, holdDays: 21 })) },
    rows: V_CPA_1,
    earns: { [LEAF]: '3600.00' },
    approved: { [LEAF]: '3600.00' },
    events: { 'd-p3': ['leaf 100.00'], 'd-p1': ['leaf 0.00'], 'd-p39': ['qualification_window_expired'] },
    explains: [
      ['d-p3', /first deposit of 60\.00 USD qualified the customer on 10 May 2026/],
      ['d-p39', /window/],
      // Nothing happened that says so: the window is read from the clock.
      ['r-p200', /window ended on 11 May 2026 at 12:00, so the customer does not qualify any more/],
    ],
  },
  quality('V-CPA-2a', 5, '0.00'),
  quality('V-CPA-2b', 6, '100.00'),
  {
    id: 'V-CPA-3',
    others: ['other'],
    deals: { [LEAF]: deal(cpa()), other: deal(cpa()) },
    rows: [
      player('p1', '2026-01-02T00:00:00Z'),
      happened('deposit', 'first', { amount: '60', at: '2026-01-03T12:00:00Z' }),
      happened('self_excluded', 'out', {
        at: '2026-01-10T12:00:00Z',
        customerStatus: { status: 'self_excluded' },
      }),
      happened('self_excluded', 'in', {
        at: '2026-01-20T12:00:00Z',
        customerStatus: { status: 'readmitted' },
      }),
      player('p1', '2026-01-25T00:00:00Z', { externalId: 'again', code: 'other' }),
      happened('deposit', 'second', { amount: '500', at: '2026-01-26T12:00:00Z' }),
    ],
    says: [{ customer: 'p1', partner: 'other', from: '2026-01-22T00:00:00Z' }],
    earns: { [LEAF]: '100.00' },
    events: { first: ['leaf 100.00'], second: ['cpa_already_paid'] },
    explains: [
      ['second', /already granted/],
      ['again', /The customer was registered before/],
      ['r-p1', /by a code "leaf" of 2 January 2026/i],
    ],
  },
  {
    id: 'V-HYB-1',
    deals: { [LEAF]: ADVANCE },
    rows: [...ADVANCED, reported('ngr', { ngr: '21' })],
    earns: { [LEAF]: '21.00' },
    months: [{ component: 'share', month: '2026-01', pays: '1.00' }],
    explains: [[`${LEAF} share 2026-01`, /20\.00 USD .*(advance|CPA)|CPA .*20\.00 USD/]],
  },
  {
    id: 'V-HYB-2',
    deals: { [LEAF]: ADVANCE },
    rows: [
      ...ADVANCED,
      reported('january', { ngr: '15' }),
      reported('february', { ngr: '8' }, { at: '2026-02-10T12:00:00Z' }),
    ],
    earns: { [LEAF]: '23.00' },
    months: [
      {
        component: 'share',
        month: '2026-01',
        pays: '0.00',
        reason: 'recoup_not_reached',
        carry: { recoup: '-5' },
      },
      { component: 'share', month: '2026-02', pays: '3.00' },
    ],
    explains: [
      [`${LEAF} share 2026-01`, /-5\.00 USD/],
      [`${LEAF} share 2026-02`, /3\.00 USD/],
    ],
  },
  clawed('V-CLAW-1a paid', '2024-09-20T00:00:00Z', /takes back what had been paid/, '-100.00'),
  clawed('V-CLAW-1b paid', '2025-03-20T00:00:00Z', /so 50\.00 USD of it is not taken/, '-50.00'),
  clawed('V-CLAW-1c paid', '2025-08-20T00:00:00Z', /so 100\.00 USD of it is not taken/, '0.00'),
  {
    id: 'V-CLAW-2 paid',
    deals: {
      [LEAF]: deal({
        id: 'share',
        kind: 'purchase_share',
        percent: '10',
        clawback: { schedule: [{ beforeMonth: 12, percent: '100' }] },
      }),
    },
    rows: [player('p1'), happened('challenge_purchased', 'p', { amount: '1000' })],
    pays: { amount: '100.00', at: '2026-03-01T00:00:00Z' },
    afterwards: [
      happened('refund', 'part', { amount: '600', originalId: 'p', at: '2026-03-20T00:00:00Z' }),
      happened('chargeback', 'rest', { amount: '1000', originalId: 'p', at: '2026-04-20T00:00:00Z' }),
    ],
    earns: { [LEAF]: '-100.00' },
    events: { p: ['leaf 100.00'], part: ['leaf -60.00'], rest: ['leaf -40.00'] },
  },
  clawed('V-CLAW-1a', '2024-09-20T00:00:00Z', /all of it before payment, also after payment/),
  clawed('V-CLAW-1b', '2025-03-20T00:00:00Z', /after payment 50 % of it, by the schedule/),
  clawed('V-CLAW-1c', '2025-08-20T00:00:00Z', /after payment nothing, by the schedule/),
  {
    id: 'V-CLAW-2',
    deals: {
      [LEAF]: deal({
        id: 'share',
        kind: 'purchase_share',
        percent: '10',
        clawback: { schedule: [{ beforeMonth: 12, percent: '100' }] },
      }),
    },
    rows: [
      player('p1'),
      happened('challenge_purchased', 'p', { amount: '1000' }),
      happened('refund', 'part', { amount: '600', originalId: 'p', at: '2026-01-20T00:00:00Z' }),
      happened('chargeback', 'rest', { amount: '1000', originalId: 'p', at: '2026-02-20T00:00:00Z' }),
    ],
    earns: {},
    events: { p: ['leaf 100.00'], part: ['leaf -60.00'], rest: ['leaf -40.00'] },
    explains: [
      ['part', /takes back 600 of 1000 parts of the 100\.00 USD/],
      ['rest', /takes back/],
    ],
  },
  {
    // Two of the three of 2 January, in order, and the one of the 3rd.
    id: 'CPAs limited by day',
    deals: {
      [LEAF]: deal(
        cpa({
          firstDeposit: 'none',
          minimumDeposit: '0',
          caps: [{ by: 'count', per: 'day', limit: '2' }],
        }),
      ),
    },
    rows: [
      player('p1', '2026-01-02T08:00:00Z'),
      player('p2', '2026-01-02T09:00:00Z'),
      player('p3', '2026-01-02T10:00:00Z'),
      player('p4', '2026-01-03T08:00:00Z'),
    ],
    earns: { [LEAF]: '300.00' },
    months: [{ month: '2026-01', pays: '300.00', reason: 'cap_period' }],
    explains: [[`${LEAF} cpa 2026-01`, /1 of them is above a limit, 1 by the limit of 2 a day/]],
  },
];
