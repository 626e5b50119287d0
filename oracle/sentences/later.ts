// What was paid, and what takes it back then; grades (semantics 4.8, 4.10, 8, docs/payments.md, docs/grades.md).
import type { World } from '../world.ts';
import { always, at, component, customer, deal, event, paid, trade, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';

const SCHEDULE = {
  schedule: [
    { beforeMonth: 12, percent: '100' },
    { upToMonth: 18, percent: '50' },
  ],
};
const PAID_AT = at('2026-03-01T12:00');
/** Told on 20 February; everything payable is paid on 1 March; what comes later is told in 2028. */
const paying = (parts: Partial<World>): World =>
  world({
    ...parts,
    now: at('2026-02-20T12:00'),
    later: { stops: [PAID_AT], pays: true, until: at('2028-01-01T12:00') },
  });
const cpa = (more: object = {}): World['deals'] =>
  always(component('cpa', 'cpa', { amount: '100', clawback: SCHEDULE, ...more }));
const buy = (more: object = {}): World['deals'] =>
  always(component('buy', 'purchase_share', { percent: '10', clawback: SCHEDULE, holdDays: 7, ...more }));
/** Qualifies on 10 January at 10:00. */
const first = paid('deposit', 'd1', '2026-01-10T10:00', '60');
const back = (when: string, more: object = {}): World['events'][number] =>
  paid('chargeback', 'b1', when, '60', { originalId: 'd1', after: true, ...more });
const took = (amount: string, granted = '100'): Record<string, string> => ({
  'p0 cpa level 1 customer 0 USD': granted,
  ...(amount === '0' ? {} : { 'p0 cpa level 1 event b1 USD': amount }),
});

const aged = (when: string, amount: string, says: string): Sentence => ({
  says,
  of: 'semantics 4.10, rules 2.7 and 5 "Clawback"',
  world: paying({ deals: cpa(), events: [first, back(when)] }),
  owes: took(amount),
});

const LADDER = {
  ladder: [
    { grade: 'bronze' },
    {
      grade: 'silver',
      needs: [{ metric: 'lots', atLeast: '2' }],
      terms: [{ component: 'lots', rates: [{ rate: '6' }] }],
    },
    {
      grade: 'gold',
      needs: [{ metric: 'lots', atLeast: '10' }],
      terms: [{ component: 'lots', rates: [{ rate: '8' }] }],
    },
  ],
};
const graded = (more: object = {}): World['deals'] => [
  {
    partner: null,
    from: null,
    document: {
      ...deal([component('lots', 'per_lot', { rates: [{ rate: '5' }] })]),
      grades: { ...LADDER, window: 'months', windowLength: 1, ...more },
    } as World['deals'][number]['document'],
  },
];
/** January is told in January; the check of 1 February is made on it; February and March are told then. */
const checked = (parts: Partial<World>, stops = ['2026-02-01T12:00', '2026-03-01T12:00']): World =>
  world({
    ...parts,
    now: at('2026-01-31T20:00'),
    later: { stops: stops.map(at), pays: false, until: at('2026-03-20T12:00') },
  });
const after = (events: World['events']): World['events'] => events.map((one) => ({ ...one, after: true }));
const traded = (id: string, day: string, lots: string): World['events'] =>
  trade(id, `${day}T10:00`, `${day}T11:00`, { lots });

export const LATER: readonly Sentence[] = [
  aged('2026-09-20', '-100', 'V-CLAW-1 through the door: in month 8 all of it'),
  aged('2027-01-10T09:59:59', '-100', 'A second before 12 full months: before month 12'),
  aged('2027-01-10T10:00:00', '-50', 'beforeMonth is strict: 12 full months are not before month 12'),
  aged('2027-07-10T10:00:00', '-50', 'upToMonth is inclusive: 18 full months are up to month 18'),
  aged('2027-08-10T09:59:59', '-50', 'A second before 19 full months: still month 18'),
  aged('2027-08-10T10:00:00', '0', 'Older than the last step: nothing'),
  aged('2026-03-01T12:00:00', '-100', 'A chargeback at the instant of the payment follows the schedule'),
  {
    says: 'A chargeback that happened before the payment takes all, also when it is told after it',
    of: 'rules 2.7',
    world: paying({
      deals: cpa({ clawback: { schedule: [{ beforeMonth: 12, percent: '30' }] } }),
      events: [first, back('2026-03-01T11:59:59')],
    }),
    owes: took('-100'),
  },
  {
    says: 'A chargeback at the instant of the payment takes the share',
    of: 'rules 2.7: paidAt <= occurredAt',
    world: paying({
      deals: cpa({ clawback: { schedule: [{ beforeMonth: 12, percent: '30' }] } }),
      events: [first, back('2026-03-01T12:00:00')],
    }),
    owes: took('-30'),
  },
  {
    says: 'What is held was not paid: all of it, at any age',
    of: 'rules 2.7',
    world: paying({ deals: cpa({ holdDays: 365 }), events: [first, back('2027-06-20')] }),
    owes: took('-100'),
  },
  {
    says: 'Without a schedule all of it after payment too',
    of: 'docs/payments.md',
    world: paying({ deals: cpa({ clawback: {} }), events: [first, back('2027-12-20')] }),
    owes: took('-100'),
  },
  {
    says: 'Several partial chargebacks: each at its own age, never more than the original',
    of: 'rules 5 "Clawback"',
    world: paying({
      deals: buy(),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-10T10:00', '100'),
        paid('chargeback', 'b1', '2026-06-10', '60', { originalId: 'p1', after: true }),
        paid('chargeback', 'b2', '2027-03-10', '60', { originalId: 'p1', after: true }),
      ],
    }),
    owes: {
      'p0 buy level 1 event p1 USD': '10',
      'p0 buy level 1 event b1 USD': '-6',
      'p0 buy level 1 event b2 USD': '-2',
    },
  },
  {
    says: 'A part that was taken before the payment is taken whole, the rest by age',
    of: 'rules 2.7, docs/payments.md',
    world: paying({
      deals: buy(),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-10T10:00', '100'),
        paid('chargeback', 'b1', '2026-02-10', '30', { originalId: 'p1' }),
        paid('chargeback', 'b2', '2027-03-10', '70', { originalId: 'p1', after: true }),
      ],
    }),
    owes: {
      'p0 buy level 1 event p1 USD': '10',
      'p0 buy level 1 event b1 USD': '-3',
      'p0 buy level 1 event b2 USD': '-3.5',
    },
  },
  {
    says: "Each beneficiary's own payment and schedule decide its own amount",
    of: 'rules 5 "Clawback"',
    world: paying({
      partners: [{ parent: null }, { parent: 0 }],
      customers: [customer({ partner: 1 })],
      deals: [
        {
          partner: 0,
          from: null,
          document: deal([
            component('cpa', 'cpa', {
              amount: '1',
              override: '20',
              holdDays: 365,
              clawback: { schedule: [{ beforeMonth: 12, percent: '10' }] },
            }),
          ]),
        },
        {
          partner: 1,
          from: null,
          document: deal([
            component('cpa', 'cpa', {
              amount: '100',
              clawback: { schedule: [{ beforeMonth: 12, percent: '40' }] },
            }),
          ]),
        },
      ],
      events: [first, back('2026-06-20')],
    }),
    owes: {
      'p1 cpa level 2 customer 0 USD': '100',
      'p0 cpa level 1 customer 0 USD': '20',
      'p1 cpa level 2 event b1 USD': '-40',
      // What is held for its own deal was not paid.
      'p0 cpa level 1 event b1 USD': '-20',
    },
  },
  {
    says: 'KYC failed after payment: what was paid stays',
    of: 'semantics 8, docs/deals.md "Clawback"',
    world: paying({
      deals: cpa(),
      events: [first, event('kyc_status', 'k1', '2026-06-20', { kyc: 'failed', after: true })],
    }),
    owes: took('0'),
  },
  {
    says: 'KYC failed after payment, where the deal claws back: the share by age',
    of: 'semantics 8, docs/deals.md "Clawback"',
    world: paying({
      deals: cpa({ clawbackOnKycFailed: true, clawback: { schedule: [{ beforeMonth: 12, percent: '25' }] } }),
      events: [first, event('kyc_status', 'k1', '2026-06-20', { kyc: 'failed', after: true })],
    }),
    owes: took('0', '75'),
  },
  {
    says: 'KYC failed before the payment, told after it: all of it',
    of: 'docs/deals.md "Clawback": loses what was not paid by then',
    world: paying({
      deals: cpa(),
      events: [first, event('kyc_status', 'k1', '2026-02-28', { kyc: 'failed', after: true })],
    }),
    owes: {},
  },
  {
    says: 'KYC failed after payment: paid commission of trades stays, only a paid CPA may be clawed back',
    of: 'semantics 8: reverse unpaid commission',
    world: paying({
      deals: always(component('lots', 'per_lot', { rates: [{ rate: '7' }] })),
      events: [
        ...trade('a', '2026-01-10T10:00', '2026-01-10T11:00'),
        event('kyc_status', 'k1', '2026-06-20', { kyc: 'failed', after: true }),
      ],
    }),
    owes: { 'p0 lots level 1 event ao USD': '7' },
  },
  {
    says: 'KYC failed after payment: paid commission of purchases and stages stays',
    of: 'semantics 8: reverse unpaid commission',
    world: paying({
      deals: always(
        component('buy', 'purchase_share', { percent: '10', holdDays: 7 }),
        component('stage', 'stage_payment', { on: 'funded', amount: '50', holdDays: 7 }),
      ),
      events: [
        paid('challenge_purchased', 'p1', '2026-01-10', '100'),
        event('funded', 'f1', '2026-01-11'),
        event('kyc_status', 'k1', '2026-06-20', { kyc: 'failed', after: true }),
      ],
    }),
    owes: { 'p0 buy level 1 event p1 USD': '10', 'p0 stage level 1 event f1 USD': '50' },
  },
  {
    says: 'A duplicate that is found out after payment: what was paid stays, what was not is reversed',
    of: 'semantics 8, docs/deals.md "Clawback"',
    world: paying({
      deals: always(
        component('cpa', 'cpa', { amount: '100', clawback: SCHEDULE }),
        component('lots', 'per_lot', { rates: [{ rate: '7' }], holdDays: 365 }),
      ),
      events: [
        first,
        ...trade('a', '2026-01-10T10:00', '2026-01-10T11:00'),
        event('self_excluded', 'e1', '2026-06-20', { status: 'duplicate', after: true }),
      ],
    }),
    owes: took('0'),
  },
  {
    says: 'Levels of a purchase: each line is taken back by the schedule and the rounding of its own deal',
    of: 'rules 5 "Clawback", "Rounding"',
    world: paying({
      partners: [{ parent: null }, { parent: 0 }],
      customers: [customer({ partner: 1 })],
      deals: [
        {
          partner: 0,
          from: null,
          document: deal(
            [
              component('buy', 'purchase_share', {
                percent: '1',
                override: '5.55',
                holdDays: 7,
                clawback: { schedule: [{ beforeMonth: 12, percent: '30' }] },
              }),
            ],
            { rounding: 'half_even' },
          ),
        },
        {
          partner: 1,
          from: null,
          document: deal(
            [
              component('buy', 'purchase_share', {
                percent: '11.1',
                holdDays: 7,
                clawback: { schedule: [{ beforeMonth: 12, percent: '50' }] },
              }),
            ],
            { rounding: 'half_up' },
          ),
        },
      ],
      events: [
        paid('challenge_purchased', 'p1', '2026-01-10T10:00', '100'),
        paid('chargeback', 'b1', '2026-06-10', '100', { originalId: 'p1', after: true }),
      ],
    }),
    owes: {
      'p1 buy level 2 event p1 USD': '11.1',
      'p0 buy level 1 event p1 USD': '5.55',
      'p1 buy level 2 event b1 USD': '-5.55',
      // 1.665: to the even neighbour.
      'p0 buy level 1 event b1 USD': '-1.66',
    },
  },
  {
    says: 'A CPA that is settled by month: by the share of the schedule where the month that paid it was paid out',
    of: 'docs/payments.md, docs/deals.md "Steps, caps, quality gate"',
    world: paying({
      deals: cpa({
        caps: [{ by: 'count', limit: '5' }],
        windowDays: null,
        holdDays: 0,
        clawback: { schedule: [{ beforeMonth: 12, percent: '40' }] },
      }),
      closed: ['2026-01'],
      customers: [customer(), customer()],
      events: [
        first,
        paid('deposit', 'd2', '2026-02-01', '60', { customer: 1 }),
        back('2026-06-20'),
        paid('chargeback', 'b2', '2026-06-21', '60', { originalId: 'd2', customer: 1, after: true }),
      ],
    }),
    // January was paid, February was open.
    owes: {
      'p0 cpa period 2026-01 USD': '100',
      'p0 cpa period 2026-02 USD': '100',
      'p0 cpa period 2026-06 USD': '-140',
    },
  },
  {
    says: 'A share of partners below loses with them what they lose: the share of the schedule',
    of: 'semantics 4.9: a percentage of the commission of the sub-partner',
    world: paying({
      partners: [{ parent: null }, { parent: 0 }],
      customers: [customer({ partner: 1 })],
      deals: [
        {
          partner: 0,
          from: null,
          document: deal([component('sub', 'sub_partner_share', { percent: '10' })]),
        },
        {
          partner: 1,
          from: null,
          document: deal([
            component('cpa', 'cpa', {
              amount: '100',
              clawback: { schedule: [{ beforeMonth: 12, percent: '40' }] },
            }),
          ]),
        },
      ],
      events: [first, back('2026-06-20')],
    }),
    owes: {
      'p1 cpa level 2 customer 0 USD': '100',
      'p1 cpa level 2 event b1 USD': '-40',
      'p0 sub period 2026-01 USD': '10',
      'p0 sub period 2026-06 USD': '-4',
    },
    finding: 'O38',
  },
  {
    says: 'Still once per program after payment and clawback',
    of: 'semantics 8: no second CPA',
    world: paying({
      deals: cpa({ windowDays: null }),
      events: [first, back('2026-06-20'), paid('deposit', 'd2', '2026-07-01', '500', { after: true })],
    }),
    owes: took('-100'),
  },
  {
    says: 'A month that was paid is recomputed for a late event, the difference is booked',
    of: 'rules 2.10: what was paid never enters the recomputation',
    world: paying({
      deals: always(component('share', 'revshare', { base: 'bets', percent: '10' })),
      closed: ['2026-01'],
      events: [
        paid('bet', 'g1', '2026-01-10', '100'),
        paid('bet', 'g2', '2026-01-11', '50', { after: true }),
      ],
    }),
    owes: { 'p0 share period 2026-01 USD': '15' },
  },
  {
    says: 'Upgrades apply fast: a grade counts from the next day',
    of: 'semantics 4.8, 5.9, docs/grades.md',
    world: checked({
      deals: graded({ upgrade: 'next_day', downgrade: 'never' }),
      events: [
        ...traded('a', '2026-01-10', '2'),
        ...after(traded('b', '2026-02-01', '1')),
        ...after(traded('c', '2026-02-02', '1')),
      ],
    }),
    owes: {
      'p0 lots level 1 event ao USD': '10',
      'p0 lots level 1 event bo USD': '5',
      'p0 lots level 1 event co USD': '6',
    },
    beyondModel: 'checks of grades',
  },
  {
    says: 'Immediately: from the instant of the check',
    of: 'semantics 4.8',
    world: checked({
      deals: graded({ upgrade: 'immediate', downgrade: 'never' }),
      events: [...traded('a', '2026-01-10', '10'), ...after(traded('b', '2026-02-01', '1'))],
    }),
    owes: { 'p0 lots level 1 event ao USD': '50', 'p0 lots level 1 event bo USD': '8' },
    beyondModel: 'checks of grades',
  },
  {
    says: 'One step at a time',
    of: 'semantics 5.9',
    world: checked({
      deals: graded({ upgrade: 'immediate', downgrade: 'never', steps: 'one' }),
      events: [...traded('a', '2026-01-10', '10'), ...after(traded('b', '2026-02-01', '1'))],
    }),
    owes: { 'p0 lots level 1 event ao USD': '50', 'p0 lots level 1 event bo USD': '6' },
    beyondModel: 'checks of grades',
  },
  {
    says: 'Just below what is asked for: no upgrade',
    of: 'docs/grades.md: at the very figure too',
    world: checked({
      deals: graded({ upgrade: 'immediate' }),
      events: [...traded('a', '2026-01-10', '1.99'), ...after(traded('b', '2026-02-05', '1'))],
    }),
    owes: { 'p0 lots level 1 event ao USD': '9.95', 'p0 lots level 1 event bo USD': '5' },
    beyondModel: 'checks of grades',
  },
  {
    says: 'Downgrades at the end of the period: the month after the check is paid as before, to its end',
    of: 'semantics 4.8: at period end',
    world: checked({
      deals: graded({ upgrade: 'immediate', downgrade: 'period_end' }),
      events: [
        ...traded('a', '2026-01-10', '2'),
        ...after(traded('b', '2026-02-10', '1')),
        ...after(traded('c', '2026-03-10', '1')),
      ],
    }),
    owes: {
      'p0 lots level 1 event ao USD': '10',
      'p0 lots level 1 event bo USD': '6',
      'p0 lots level 1 event co USD': '6',
    },
    beyondModel: 'checks of grades',
  },
  {
    says: 'Immediate downgrade: February brought too little by the check of 1 March',
    of: 'semantics 4.8',
    world: checked({
      deals: graded({ upgrade: 'immediate', downgrade: 'immediate' }),
      events: [
        ...traded('a', '2026-01-10', '2'),
        ...after(traded('b', '2026-02-10', '1')),
        ...after(traded('c', '2026-03-10', '1')),
      ],
    }),
    owes: {
      'p0 lots level 1 event ao USD': '10',
      'p0 lots level 1 event bo USD': '6',
      'p0 lots level 1 event co USD': '5',
    },
    beyondModel: 'checks of grades',
  },
  {
    says: 'After grace: the month after the check is still paid as before',
    of: 'semantics 5.9: one month of grace',
    world: checked({
      deals: graded({ upgrade: 'immediate', downgrade: 'after_grace', graceMonths: 1 }),
      events: [
        ...traded('a', '2026-01-10', '2'),
        ...after(traded('b', '2026-02-10', '1')),
        ...after(traded('c', '2026-03-10', '1')),
      ],
    }),
    owes: {
      'p0 lots level 1 event ao USD': '10',
      'p0 lots level 1 event bo USD': '6',
      'p0 lots level 1 event co USD': '6',
    },
    beyondModel: 'checks of grades',
  },
  {
    says: 'Volume over the last 3 months, any of the conditions',
    of: 'semantics 5.9: ANY or ALL',
    world: checked({
      deals: graded({
        upgrade: 'immediate',
        downgrade: 'immediate',
        windowLength: 3,
        ladder: [
          { grade: 'bronze' },
          {
            grade: 'silver',
            needs: [
              { metric: 'lots', atLeast: '2' },
              { metric: 'first_deposits', atLeast: '9' },
            ],
            match: 'any',
            terms: [{ component: 'lots', rates: [{ rate: '6' }] }],
          },
        ],
      }),
      events: [
        ...traded('a', '2026-01-10', '2'),
        ...after(traded('b', '2026-02-10', '1')),
        ...after(traded('c', '2026-03-10', '1')),
      ],
    }),
    owes: {
      'p0 lots level 1 event ao USD': '10',
      'p0 lots level 1 event bo USD': '6',
      'p0 lots level 1 event co USD': '6',
    },
    beyondModel: 'checks of grades',
  },
  {
    says: 'A grade given by a person counts from its instant, for what happened since',
    of: 'docs/grades.md "Decide yourself"',
    world: world({
      deals: graded({ downgrade: 'never' }),
      grades: [{ partner: 0, grade: 'gold', at: at('2026-01-10T10:30') }],
      events: [
        ...trade('a', '2026-01-10T10:00', '2026-01-10T10:29:59'),
        ...trade('b', '2026-01-10T10:00', '2026-01-10T10:30:00'),
      ],
    }),
    owes: { 'p0 lots level 1 event ao USD': '5', 'p0 lots level 1 event bo USD': '8' },
  },
  {
    says: 'What is settled by month follows the grade at the beginning of the month, a CPA that at its qualification',
    of: 'docs/grades.md "What follows a grade"',
    world: world({
      deals: [
        {
          partner: null,
          from: null,
          document: {
            ...deal([
              component('cpa', 'cpa', { amount: '100' }),
              component('share', 'revshare', { base: 'bets', percent: '10' }),
            ]),
            grades: {
              ladder: [
                { grade: 'bronze' },
                {
                  grade: 'gold',
                  needs: [{ metric: 'lots', atLeast: '9999' }],
                  terms: [
                    { component: 'cpa', amount: '150' },
                    { component: 'share', percent: '20' },
                  ],
                },
              ],
              downgrade: 'never',
            },
          } as World['deals'][number]['document'],
        },
      ],
      grades: [{ partner: 0, grade: 'gold', at: at('2026-01-15T00:00') }],
      customers: [customer(), customer()],
      events: [
        paid('deposit', 'd1', '2026-01-14', '50'),
        paid('deposit', 'd2', '2026-01-15', '50', { customer: 1 }),
        paid('bet', 'g1', '2026-01-20', '100'),
        paid('bet', 'g2', '2026-02-20', '100'),
      ],
    }),
    owes: {
      'p0 cpa level 1 customer 0 USD': '100',
      'p0 cpa level 1 customer 1 USD': '150',
      'p0 share period 2026-01 USD': '10',
      'p0 share period 2026-02 USD': '20',
    },
  },
];
