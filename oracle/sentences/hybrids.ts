// Theoretical GGR, CPA and RevShare for the same customers, limits of a day and a week (semantics 4.1, 4.6, 4.7, docs/deals.md).
import { always, at, component, customer, event, paid, row, trade, world } from './sentence.ts';
import type { Sentence } from './sentence.ts';
import type { World } from '../world.ts';

const pays = (months: Record<string, string>, id = 'share', partner = 0): Record<string, string> =>
  Object.fromEntries(
    Object.entries(months).map(([month, amount]) => [`p${partner} ${id} period 2026-${month} USD`, amount]),
  );
const got = (customerIs = 0): Record<string, string> => ({
  [`p0 cpa level 1 customer ${customerIs} USD`]: '100',
});
const theoretical = (edges: object[], more: object = {}): World['deals'] =>
  always(component('share', 'revshare', { base: 'theoretical_ggr', percent: '20', edges, ...more }));
/** A CPA of 100, and 10 % of bets of whom it did not pay. */
const either = (more: object = {}, share: object = {}): World['deals'] =>
  always(
    component('cpa', 'cpa', { amount: '100', ...more }),
    component('share', 'revshare', { base: 'bets', percent: '10', unlessPaid: 'cpa', ...share }),
  );
const many = (count: number): Pick<World, 'customers'> => ({
  customers: Array.from({ length: count }, () => customer()),
});
const deposits = (...when: string[]): World['events'] =>
  when.map((day, index) => paid('deposit', `d${index}`, day, '50', { customer: index }));
const bets = (...all: [number, string][]): World['events'] =>
  all.map(([who, when], index) => paid('bet', `g${index}`, when, '100', { customer: who }));
const FALL = { overflow: 'revshare_fallback' };
const buy = (caps: object[], percent = '10'): World['deals'] =>
  always(component('buy', 'purchase_share', { percent, repeatPercent: percent, caps }));
const bought = (id: string, when: string, amount: string): World['events'][number] =>
  paid('challenge_purchased', id, when, amount);

export const HYBRIDS: readonly Sentence[] = [
  {
    says: 'Theoretical variant: played x edge x rate / 2, whatever was won',
    of: 'semantics 4.1',
    world: world({
      deals: theoretical([{ product: 'slots', percent: '5' }, { percent: '2' }]),
      events: [
        paid('bet', 'g1', '2026-01-10', '5000', { product: 'slots' }),
        paid('win', 'v1', '2026-01-10T13:00', '9000', { product: 'slots' }),
        paid('bet', 'g2', '2026-01-11', '600', { product: 'tables' }),
        paid('bet', 'g3', '2026-01-12', '400'),
      ],
    }),
    owes: pays({ '01': '27' }),
  },
  {
    says: 'What is played of a product without an edge counts for nothing; rolled back is not played; rows count',
    of: 'docs/deals.md "Theoretical GGR"',
    world: world({
      deals: theoretical([{ product: 'slots', percent: '5' }], { percent: '50' }),
      events: [
        paid('bet', 'g1', '2026-01-10', '600', { product: 'slots' }),
        paid('bet', 'g2', '2026-01-10T13:00', '400', { product: 'slots' }),
        paid('rollback', 'r1', '2026-01-10T14:00', '400', { originalId: 'g2' }),
        paid('bet', 'g3', '2026-01-11', '1000', { product: 'tables' }),
        paid('bet', 'g4', '2026-01-12', '500'),
        row('a1', '2026-01-13', { bets: '200', wins: '500' }, { product: 'slots' }),
      ],
    }),
    owes: pays({ '01': '10' }),
  },
  {
    says: 'Theoretical GGR may be the base of an item',
    of: 'docs/deals.md "Theoretical GGR"',
    world: world({
      deals: always(
        component('share', 'revshare', {
          base: 'ggr',
          percent: '50',
          edges: [{ percent: '5' }],
          items: [{ name: 'platform', percent: '10', of: 'theoretical_ggr' }],
        }),
      ),
      events: [paid('bet', 'g1', '2026-01-10', '1000'), paid('win', 'v1', '2026-01-10T13:00', '700')],
    }),
    owes: pays({ '01': '148.75' }),
  },
  {
    says: 'Theoretical GGR stands under every other rule of a share: items, a carry',
    of: 'docs/deals.md "Theoretical GGR"',
    world: world({
      deals: theoretical([{ percent: '5' }], {
        percent: '50',
        items: [{ name: 'bonus', sum: ['bonus_cost'] }],
        carry: { policy: 'base' },
      }),
      events: [
        paid('bet', 'g1', '2026-01-10', '1000'),
        paid('bonus_cost', 'n1', '2026-01-11', '100'),
        paid('bet', 'g2', '2026-02-10', '4000'),
      ],
    }),
    owes: pays({ '02': '12.5' }),
  },
  {
    says: 'Month n begins (n - 1) times 30 days after the registration at the same wall time: over summer time',
    of: 'semantics 4.7 c, docs/deals.md "From month n"',
    world: world({
      zone: 'Europe/Berlin',
      deals: always(component('share', 'revshare', { base: 'bets', percent: '10', fromMonth: 2 })),
      customers: [customer({ registeredAt: at('2026-03-10T08:00') })],
      events: [
        paid('bet', 'g1', '2026-04-09T06:59:59.999', '1000'),
        paid('bet', 'g2', '2026-04-09T07:00', '100'),
      ],
    }),
    owes: pays({ '04': '10' }),
  },
  {
    says: 'CPA first, RevShare from month 3',
    of: 'semantics 4.7 c',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '100' }),
        component('share', 'revshare', { base: 'bets', percent: '20', fromMonth: 3 }),
      ),
      events: [
        ...deposits('2026-01-05'),
        paid('bet', 'g1', '2026-03-03T07:59:59.999', '1000'),
        paid('bet', 'g2', '2026-03-03T08:00', '200'),
      ],
    }),
    owes: { ...got(), ...pays({ '03': '40' }) },
  },
  {
    says: 'CPA or share: the branch is of the whole customer; a CPA that comes later takes the share back in its months',
    of: 'semantics 4.7 d, docs/deals.md "CPA or share"',
    world: world({
      ...many(2),
      deals: either({ baseline: '100', windowDays: null }),
      events: [
        paid('deposit', 'd0', '2026-01-05', '60'),
        paid('deposit', 'd1', '2026-01-05', '60', { customer: 1 }),
        ...bets([0, '2026-01-10'], [1, '2026-01-11'], [0, '2026-03-01'], [1, '2026-03-02']),
        paid('deposit', 'd2', '2026-02-05', '60'),
      ],
    }),
    owes: { ...got(), ...pays({ '01': '10', '03': '10' }) },
  },
  {
    says: 'CPA or share: whichever partner the CPA was granted to',
    of: 'docs/deals.md "CPA or share"',
    world: world({
      partners: [{ parent: null }, { parent: null }],
      deals: either(),
      reassignments: [{ customer: 0, partner: 1, at: at('2026-01-20') }],
      events: [...deposits('2026-01-05'), ...bets([0, '2026-01-25'])],
    }),
    owes: got(),
  },
  {
    says: 'A CPA that a chargeback took back leaves the branch; with whenTakenBack share all months count again',
    of: 'docs/deals.md "CPA or share"',
    world: world({
      deals: always(
        component('cpa', 'cpa', { amount: '100' }),
        component('share', 'revshare', { base: 'bets', percent: '10', unlessPaid: 'cpa' }),
        component('again', 'revshare', {
          base: 'bets',
          percent: '10',
          unlessPaid: 'cpa',
          whenTakenBack: 'share',
        }),
      ),
      events: [
        ...deposits('2026-01-05'),
        ...bets([0, '2026-01-10'], [0, '2026-03-10']),
        paid('chargeback', 'b1', '2026-02-05', '50', { originalId: 'd0' }),
      ],
    }),
    owes: {
      ...got(),
      'p0 cpa level 1 event b1 USD': '-100',
      ...pays({ '01': '10', '03': '10' }, 'again'),
    },
  },
  {
    says: 'Who has the CPA counts for nothing of the share: not as an active customer',
    of: 'docs/deals.md "CPA or share"',
    world: world({
      ...many(2),
      deals: either({}, { minimumActiveCustomers: 2 }),
      events: [...deposits('2026-01-05'), ...bets([0, '2026-01-10'], [1, '2026-01-11'])],
    }),
    owes: got(),
  },
  {
    says: 'Who failed KYC or is a duplicate counts for neither',
    of: 'docs/deals.md "CPA or share"',
    world: world({
      ...many(2),
      deals: either(),
      events: [
        ...deposits('2026-01-05'),
        ...bets([0, '2026-01-10'], [1, '2026-01-11']),
        event('kyc_status', 'k1', '2026-02-05', { kyc: 'failed' }),
        event('self_excluded', 'e1', '2026-02-05', { customer: 1, status: 'duplicate' }),
      ],
    }),
    owes: {},
  },
  {
    says: 'revshare_fallback: whom the limit refuses counts for the share with all of its revenue, before and after',
    of: 'semantics 4.6, docs/deals.md "Above a limit"',
    world: world({
      ...many(3),
      deals: either({ caps: [{ by: 'count', limit: '1', ...FALL }] }),
      events: [
        ...deposits('2026-01-05', '2026-01-06', '2026-01-07'),
        ...bets([0, '2026-01-04'], [1, '2026-01-04T13:00'], [2, '2026-02-10'], [0, '2026-02-11']),
      ],
    }),
    owes: { ...pays({ '01': '100' }, 'cpa'), ...pays({ '01': '10', '02': '10' }) },
  },
  {
    says: 'Who qualified earlier and is told later takes the place, the last one falls back',
    of: 'docs/deals.md "Above a limit"',
    world: world({
      ...many(2),
      deals: either({ caps: [{ by: 'count', limit: '1', ...FALL }] }),
      closed: ['2026-01', '2026-02'],
      events: [
        ...deposits('2026-01-05', '2026-01-06').map((one) =>
          one.customer === 0 ? { ...one, late: true } : one,
        ),
        paid('bet', 'g0', '2026-02-10', '100'),
        paid('bet', 'g1', '2026-02-11', '300', { customer: 1 }),
      ],
    }),
    owes: { ...pays({ '01': '100' }, 'cpa'), ...pays({ '02': '30' }) },
  },
  {
    says: 'A limit that only refuses leaves who is refused with neither',
    of: 'docs/deals.md "Above a limit"',
    world: world({
      ...many(2),
      deals: either({ caps: [{ by: 'count', limit: '1' }] }),
      events: [...deposits('2026-01-05', '2026-01-06'), ...bets([0, '2026-01-10'], [1, '2026-01-11'])],
    }),
    owes: pays({ '01': '100' }, 'cpa'),
  },
  {
    says: 'A limit of a lifetime refuses in the month of the CPA',
    of: 'semantics 4.6',
    world: world({
      ...many(2),
      deals: either({ windowDays: null, caps: [{ by: 'count', per: 'lifetime', limit: '1', ...FALL }] }),
      events: [...deposits('2026-01-05', '2026-02-06'), ...bets([1, '2026-01-10'], [1, '2026-03-11'])],
    }),
    owes: { ...pays({ '01': '100' }, 'cpa'), ...pays({ '01': '10', '03': '10' }) },
  },
  {
    says: 'A limit of money: a CPA whole or not at all, who is refused falls back',
    of: 'rules 5 "Caps", docs/deals.md "Above a limit"',
    world: world({
      ...many(2),
      deals: either({ caps: [{ by: 'money', limit: '199.99', ...FALL }] }),
      events: [...deposits('2026-01-05', '2026-01-06'), ...bets([0, '2026-01-10'], [1, '2026-01-11'])],
    }),
    owes: { ...pays({ '01': '100' }, 'cpa'), ...pays({ '01': '10' }) },
  },
  {
    says: 'The limit that refuses is the first full one, limits of a number before those of money',
    of: 'docs/deals.md "Above a limit"',
    world: world({
      ...many(2),
      deals: either({
        caps: [
          { by: 'money', limit: '100', ...FALL },
          { by: 'count', limit: '1' },
        ],
      }),
      events: [...deposits('2026-01-05', '2026-01-06'), ...bets([0, '2026-01-10'], [1, '2026-01-11'])],
    }),
    owes: pays({ '01': '100' }, 'cpa'),
  },
  {
    says: 'A quality gate refuses nobody: with nothing paid for the month its customers count for neither',
    of: 'docs/deals.md "Above a limit"',
    world: world({
      ...many(2),
      deals: either({
        caps: [{ by: 'count', limit: '1', ...FALL }],
        qualityGate: { of: 'first_deposits', atLeastPercent: '120' },
      }),
      events: [...deposits('2026-01-05', '2026-01-06'), ...bets([0, '2026-01-10'], [1, '2026-01-11'])],
    }),
    owes: {},
  },
  {
    says: 'The share falls back for the partner whose CPA was refused only',
    of: 'docs/deals.md "Above a limit"',
    world: world({
      ...many(2),
      partners: [{ parent: null }, { parent: null }],
      deals: either({ caps: [{ by: 'count', limit: '1', ...FALL }] }),
      reassignments: [{ customer: 1, partner: 1, at: at('2026-01-20') }],
      events: [
        ...deposits('2026-01-05', '2026-01-06'),
        ...bets([1, '2026-01-10'], [1, '2026-01-25'], [1, '2026-02-10']),
      ],
    }),
    owes: { ...pays({ '01': '100' }, 'cpa'), ...pays({ '01': '10' }) },
  },
  {
    says: 'A limit of a day: days of the program, each by itself',
    of: 'semantics 4.6: per day',
    world: world({
      zone: 'Asia/Kolkata',
      ...many(4),
      deals: always(
        component('cpa', 'cpa', { amount: '100', caps: [{ by: 'count', per: 'day', limit: '1' }] }),
      ),
      // Midnight of the program is 18:30 of the day before.
      events: deposits(
        '2026-01-05T18:29:58',
        '2026-01-05T18:29:59.999',
        '2026-01-05T18:30',
        '2026-01-06T18:29:59',
      ),
    }),
    owes: pays({ '01': '200' }, 'cpa'),
  },
  {
    says: 'A limit of a week: from Monday, also where the month ends inside',
    of: 'semantics 4.6: per week',
    world: world({
      ...many(3),
      deals: always(
        component('cpa', 'cpa', {
          amount: '100',
          windowDays: null,
          caps: [{ by: 'count', per: 'week', limit: '1' }],
        }),
      ),
      // Friday, Sunday, Monday.
      events: deposits('2026-01-30', '2026-02-01T23:59:59', '2026-02-02T00:00'),
    }),
    owes: pays({ '01': '100', '02': '100' }, 'cpa'),
  },
  {
    says: 'Of money: 130 and 40 on two days under 100 a day pay 100 and 40',
    of: 'docs/deals.md "Days and weeks"',
    world: world({
      deals: buy([{ by: 'money', per: 'day', limit: '100' }], '100'),
      events: [
        bought('p1', '2026-01-10', '80'),
        bought('p2', '2026-01-10T13:00', '50'),
        bought('p3', '2026-01-11', '40'),
      ],
    }),
    owes: pays({ '01': '140' }, 'buy'),
  },
  {
    says: 'Limits of a day come before those of a week, whatever their order in the deal',
    of: 'docs/deals.md "Days and weeks"',
    world: world({
      deals: buy([
        { by: 'money', per: 'week', limit: '80' },
        { by: 'money', per: 'day', limit: '50' },
      ]),
      // 60 and 40 in one week, 50 in the next.
      events: [
        bought('p1', '2026-01-13', '600'),
        bought('p2', '2026-01-14', '400'),
        bought('p3', '2026-01-19', '500'),
      ],
    }),
    owes: pays({ '01': '130' }, 'buy'),
  },
  {
    says: 'A week of money over the end of the month is one limit: what comes first in it is paid',
    of: 'docs/deals.md "Days and weeks"',
    world: world({
      deals: buy([{ by: 'money', per: 'week', limit: '80' }]),
      events: [bought('p1', '2026-01-30', '600'), bought('p2', '2026-02-01', '600')],
    }),
    owes: pays({ '01': '60', '02': '20' }, 'buy'),
  },
  {
    says: 'What takes back a purchase in the same month lowers the day of its original',
    of: 'docs/deals.md "Days and weeks"',
    world: world({
      deals: buy([{ by: 'money', per: 'day', limit: '50' }]),
      events: [
        bought('p1', '2026-01-10', '600'),
        bought('p2', '2026-01-10T13:00', '300'),
        paid('chargeback', 'b1', '2026-01-20', '600', { originalId: 'p1' }),
      ],
    }),
    owes: pays({ '01': '30' }, 'buy'),
  },
  {
    says: 'What takes back one of an earlier month is not limited',
    of: 'docs/deals.md "Days and weeks"',
    world: world({
      deals: buy([{ by: 'money', per: 'day', limit: '50' }]),
      events: [
        bought('p1', '2026-01-10', '400'),
        bought('p2', '2026-02-10', '900'),
        paid('chargeback', 'b1', '2026-02-10T13:00', '400', { originalId: 'p1' }),
      ],
    }),
    owes: pays({ '01': '40', '02': '10' }, 'buy'),
  },
  {
    says: 'Trades under a limit of a day: the one that crosses it is paid in part',
    of: 'semantics 4.6: for forex also per day, rules 5 "Caps"',
    world: world({
      deals: always(
        component('lots', 'per_lot', {
          rates: [{ rate: '7' }],
          caps: [{ by: 'money', per: 'day', limit: '10' }],
        }),
      ),
      events: [
        ...trade('a', '2026-01-12T10:00', '2026-01-12T10:10'),
        ...trade('b', '2026-01-12T11:00', '2026-01-12T11:10'),
        ...trade('c', '2026-01-12T12:00', '2026-01-12T12:10'),
        ...trade('d', '2026-01-12T23:00', '2026-01-13T00:00'),
      ],
    }),
    owes: pays({ '01': '17' }, 'lots'),
  },
  {
    says: 'A limit of a day of some countries limits what customers of these brought',
    of: 'semantics 4.6, docs/deals.md "Days and weeks"',
    world: world({
      customers: [customer({ country: 'DE' }), customer({ country: 'DE' }), customer({ country: 'AT' })],
      deals: always(
        component('stage', 'stage_payment', {
          on: 'funded',
          amount: '10',
          caps: [{ by: 'count', per: 'day', limit: '1', countries: ['DE'] }],
        }),
      ),
      events: [0, 1, 2].map((one) => event('funded', `f${one}`, `2026-01-12T1${one}:00`, { customer: one })),
    }),
    owes: pays({ '01': '20' }, 'stage'),
  },
];
