import { describe, expect, test } from 'vitest';
import { ALWAYS, at, buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import type { ProgramParts } from '../../../test/support/evidence.ts';
import { decimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { EMPTY_CONTEXT } from './facts.ts';
import type { CustomerContext } from './facts.ts';
import { listInputs } from './period-inputs.ts';
import type { Brought, BroughtInputs } from './period-inputs.ts';

// What an event brings to components that are settled by month: whose, in which currency, under which names.

const NOON = at('2024-07-10T12:00:00Z');

const component = (more: object): object => ({
  id: 'share',
  kind: 'revshare',
  base: 'ngr',
  percent: '10',
  ...more,
});
const deal = (more: object, currency = 'USD') => dealDocument({ currency, components: [component(more)] });

/** Amounts as text; numbers, place and time as they are. */
interface Told extends Partial<Omit<Brought, 'money'>> {
  readonly money?: Readonly<Record<string, string>>;
}

function bring(
  parts: ProgramParts,
  { money = {}, ...told }: Told,
  context: Partial<CustomerContext> = {},
): BroughtInputs {
  const bond = { from: ALWAYS, partnerId: 'ann', winner: null, losers: [] };
  return listInputs(
    buildProgram(parts),
    { ...EMPTY_CONTEXT, attributions: [bond], ...context },
    {
      at: NOON,
      product: undefined,
      brand: undefined,
      accountType: undefined,
      currency: 'USD',
      numbers: {},
      ...told,
      money: Object.fromEntries(Object.entries(money).map(([name, value]) => [name, decimal(value)])),
    },
  );
}

const measuresOf = (found: BroughtInputs) => found.inputs.map(({ measures }) => measures);

const ALL = {
  ngr: '1',
  profit: '2',
  swap: '3',
  deposits: '4',
  withdrawals: '5',
  chargebacks: '6',
  bonus_cost: '7',
  jackpot: '8',
  fees: '0',
};
const NUMBERS = { activity: '1', registrations: '2', first_deposits: '3', lots: '1.5' };
const BANDS = [{ upTo: '100', rate: '10' }, { rate: '20' }];
const tiers = (more: object = {}) => ({ percent: undefined, tiers: { bands: BANDS, ...more } });

describe('a share of revenue counts', () => {
  const plain = { activity: '1' };
  test.each<[string, object, Record<string, string>]>([
    ['its base and activity', {}, { ngr: '1', ...plain }],
    ['profit', { base: 'pnl' }, { profit: '2', ...plain }],
    ['profit and swap', { base: 'pnl', swapIncluded: true }, { profit: '2', swap: '3', ...plain }],
    ['money in and out', { base: 'deposits_and_withdrawals' }, { deposits: '4', withdrawals: '5', ...plain }],
    [
      'money in and out and what was taken back',
      { base: 'net_deposits' },
      { deposits: '4', withdrawals: '5', chargebacks: '6', ...plain },
    ],
    [
      'the sums of its items',
      { items: [{ name: 'bonus', sum: ['bonus_cost', 'jackpot'] }] },
      { ngr: '1', bonus_cost: '7', jackpot: '8', ...plain },
    ],
    [
      'what its items are percentages of',
      { items: [{ name: 'fee', percent: '2', of: 'deposits' }] },
      { ngr: '1', deposits: '4', ...plain },
    ],
    [
      'nothing more for a percentage of the subtotal',
      { items: [{ name: 'fee', percent: '2', of: 'subtotal' }] },
      { ngr: '1', ...plain },
    ],
    ['deposits where they are the limit', { ownDepositsLimit: true }, { ngr: '1', deposits: '4', ...plain }],
    ['what finds its step', tiers({ metric: 'lots' }), { ngr: '1', lots: '1.5', ...plain }],
    [
      'what its step asks for besides',
      tiers({ atLeast: { metric: 'new_customers', count: 1 } }),
      { ngr: '1', registrations: '2', ...plain },
    ],
    [
      'nothing more where active customers find the step',
      tiers({ metric: 'active_customers' }),
      { ngr: '1', ...plain },
    ],
  ])('%s', (_name, more, measures) => {
    const found = bring({ deals: { ann: deal(more) } }, { money: ALL, numbers: NUMBERS });
    expect(found).toEqual({
      inputs: [{ component: 'share', partnerId: 'ann', period: '2024-07-01', measures }],
      isCounted: true,
      withoutRate: false,
      rated: false,
    });
  });

  test('an event of zero, though it brings nothing', () => {
    expect(bring({ deals: { ann: deal({}) } }, { money: { ngr: '0' } })).toEqual({
      inputs: [],
      isCounted: true,
      withoutRate: false,
      rated: false,
    });
  });

  test('nothing of what it does not name', () => {
    expect(bring({ deals: { ann: deal({}) } }, { money: { bets: '5' } })).toMatchObject({
      inputs: [],
      isCounted: false,
    });
  });

  test('in the month of the zone of the program', () => {
    const found = bring(
      { deals: { ann: deal({}) }, zone: 'Europe/Berlin' },
      { money: ALL, at: at('2024-07-31T22:30:00Z') },
    );
    expect(found.inputs[0]?.period).toBe('2024-08-01');
  });
});

describe('products that are computed apart', () => {
  const apart = (more: object = {}) => ({ deals: { ann: deal({ byProduct: true, ...more }) } });
  test('have sums of their own, activity is of all', () => {
    expect(
      measuresOf(bring(apart(), { money: { ngr: '5' }, numbers: { activity: '1' }, product: 'casino' })),
    ).toEqual([{ 'casino/ngr': '5', activity: '1' }]);
  });

  test('have a sum without a name where no product is told', () => {
    expect(measuresOf(bring(apart(), { money: { ngr: '5' } }))).toEqual([{ '/ngr': '5' }]);
  });

  test('have what finds a step over all products besides', () => {
    const found = bring(apart(tiers({ metric: 'deposits' })), {
      money: { ngr: '5', deposits: '7' },
      product: 'casino',
    });
    expect(measuresOf(found)).toEqual([{ 'casino/ngr': '5', 'casino/deposits': '7', deposits: '7' }]);
  });
});

describe('a window of days', () => {
  test.each(['rolling_90', 'rolling_365'])(
    '%s keeps each day apart, in the zone of the program',
    (window) => {
      const parts = { deals: { ann: deal(tiers({ window })) }, zone: 'Europe/Berlin' };
      const found = bring(parts, { money: { ngr: '5' }, at: at('2024-07-10T22:30:00Z') });
      expect(measuresOf(found)).toEqual([{ ngr: '5', 'day/2024-07-11/ngr': '5' }]);
    },
  );

  test('of the month does not', () => {
    expect(measuresOf(bring({ deals: { ann: deal(tiers()) } }, { money: { ngr: '5' } }))).toEqual([
      { ngr: '5' },
    ]);
  });
});

describe('money of another currency', () => {
  const rates = [
    { source: 'own', base: 'USD', quote: 'EUR', rate: '0.5', validFrom: at('2024-07-09T00:00:00Z') },
  ] as const;
  const eur = (more: object) => ({ deals: { ann: deal(more, 'EUR') }, rates });

  test('is counted in that of the deal', () => {
    const found = bring(eur({}), { money: { ngr: '10' } });
    expect(measuresOf(found)).toEqual([{ ngr: '5' }]);
    expect(found.rated).toBe(true);
  });

  test.each<[string, object]>([
    ['steps', tiers()],
    ['caps', { caps: [{ by: 'money', limit: '10' }] }],
  ])('is counted in that of the program too, where %s are compared in it', (_name, more) => {
    expect(measuresOf(bring(eur(more), { money: { ngr: '10' }, numbers: { activity: '1' } }))).toEqual([
      { activity: '1', ngr: '5', $ngr: '10' },
    ]);
  });

  test('is counted once where the deal is in that of the program', () => {
    const found = bring({ deals: { ann: deal(tiers()) }, rates }, { money: { ngr: '10' }, currency: 'EUR' });
    expect(measuresOf(found)).toEqual([{ ngr: '20' }]);
    expect(found.rated).toBe(true);
  });

  test('is that of the deal where none is told', () => {
    expect(measuresOf(bring(eur({}), { money: { ngr: '10' }, currency: undefined }))).toEqual([
      { ngr: '10' },
    ]);
  });

  test('without a rate is counted by nobody yet', () => {
    expect(bring({ deals: { ann: deal({}) } }, { money: { ngr: '10' }, currency: 'EUR' })).toEqual({
      inputs: [],
      isCounted: true,
      withoutRate: true,
      rated: true,
    });
  });

  test('needs no rate where there is none of it', () => {
    expect(bring(eur({}), { numbers: { activity: '1' } })).toMatchObject({
      rated: false,
      withoutRate: false,
    });
  });

  test('without a rate to the program’s is counted by nobody yet where steps are compared in it', () => {
    const parts = { deals: { ann: deal(tiers(), 'EUR') } };
    expect(bring(parts, { money: { ngr: '10' }, currency: 'EUR' })).toMatchObject({
      inputs: [],
      withoutRate: true,
    });
    const numbers = { deals: { ann: deal(tiers({ metric: 'active_customers' }), 'EUR') } };
    expect(bring(numbers, { money: { ngr: '10' }, currency: 'EUR' })).toMatchObject({
      inputs: [{ measures: { ngr: '10' } }],
      withoutRate: false,
    });
    const byProduct = { ...eur({ byProduct: true, ...tiers({ metric: 'deposits' }) }) };
    const found = bring(byProduct, { money: { ngr: '10', deposits: '20' }, product: 'casino' });
    expect(measuresOf(found)).toEqual([
      {
        'casino/ngr': '5',
        '$casino/ngr': '10',
        'casino/deposits': '10',
        deposits: '10',
        '$casino/deposits': '20',
        $deposits: '20',
      },
    ]);
  });
});

const leftOut = (reason: 'cpa_instead' | 'share_begins_later') => ({
  component: 'share',
  partnerId: 'ann',
  level: 1,
  reason,
});
const hybrid = (more: object, cpa: object = {}) => ({
  deals: {
    ann: dealDocument({
      currency: 'USD',
      components: [component(more), { id: 'cpa', kind: 'cpa', amount: '1', ...cpa }],
    }),
  },
});

describe('a component counts only what its deal lets in', () => {
  const REGISTERED = at('2024-06-10T12:00:00Z');
  const told: Told = { money: { ngr: '5' }, product: 'casino', brand: 'north', accountType: 'ecn' };
  const spans = (country: string) => ({ countries: [{ from: ALWAYS, country }] });

  test.each<[string, object, Told, Partial<CustomerContext>, boolean]>([
    ['its products', { only: { products: ['casino'] } }, told, {}, true],
    ['no others', { only: { products: ['sport'] } }, told, {}, false],
    ['its brands', { only: { brands: ['north'] } }, told, {}, true],
    ['no other brands', { only: { brands: ['south'] } }, told, {}, false],
    ['its types of accounts', { only: { accountTypes: ['ecn'] } }, told, {}, true],
    ['no other types', { only: { accountTypes: ['pro'] } }, told, {}, false],
    [
      'no account of unknown type',
      { only: { accountTypes: ['ecn'] } },
      { ...told, accountType: undefined },
      {},
      false,
    ],
    ['its countries', { only: { countries: ['DE'] } }, told, spans('DE'), true],
    ['no other countries', { only: { countries: ['DE'] } }, told, spans('FR'), false],
    ['where no CPA was paid', { unlessPaid: 'cpa' }, told, {}, true],
    ['where another one was', { unlessPaid: 'cpa' }, told, { granted: 'gold' }, true],
    ['not where it was', { unlessPaid: 'cpa' }, told, { granted: 'cpa' }, false],
    [
      'from the month of the customer on: at the end of the first',
      { fromMonth: 2 },
      told,
      { registeredAt: REGISTERED },
      true,
    ],
    [
      'not before it',
      { fromMonth: 2 },
      { ...told, at: (NOON - 1) as Instant },
      { registeredAt: REGISTERED },
      false,
    ],
    [
      'not in the second where it begins with the third',
      { fromMonth: 3 },
      told,
      { registeredAt: REGISTERED },
      false,
    ],
    ['whenever, where nobody knows the registration', { fromMonth: 3 }, told, { registeredAt: null }, true],
  ])('%s', (_name, more, brought, context, isIn) => {
    const document = dealDocument({
      currency: 'USD',
      components: [component(more), { id: 'cpa', kind: 'cpa', amount: '1' }],
    });
    expect(bring({ deals: { ann: document } }, brought, context).inputs).toHaveLength(isIn ? 1 : 0);
  });

  const HYBRID = { unlessPaid: 'cpa' };
  const FALLBACK = { caps: [{ by: 'count', limit: '2', overflow: 'revshare_fallback' }] };
  test.each<[string, object, object, Partial<CustomerContext>, Partial<BroughtInputs>]>([
    ['the CPA is paid instead', HYBRID, {}, { granted: 'cpa' }, { leftOut: [leftOut('cpa_instead')] }],
    [
      'the CPA was taken back, and the deal leaves it at that',
      HYBRID,
      {},
      { granted: 'cpa', takenBack: true },
      { leftOut: [leftOut('cpa_instead')] },
    ],
    [
      'the share begins later',
      { ...HYBRID, fromMonth: 3 },
      {},
      { granted: 'cpa', registeredAt: REGISTERED },
      { leftOut: [leftOut('share_begins_later')] },
    ],
    [
      'other products are no matter of it',
      { ...HYBRID, only: { products: ['poker'] } },
      {},
      { granted: 'cpa' },
      {},
    ],
  ])('and says why it leaves one out: %s', (_name, more, cpa, context, expected) => {
    const found = bring(hybrid(more, cpa), told, context);
    expect(found).toEqual({ inputs: [], isCounted: false, withoutRate: false, rated: false, ...expected });
  });

  test('months of a customer are calendar days in the zone of the program', () => {
    // Clocks in Berlin went forward on 31 March 2024: 30 days after noon of 10 March it is noon there, an hour earlier in UTC.
    const parts = { ...hybrid({ fromMonth: 2 }), zone: 'Europe/Berlin' };
    const context = { registeredAt: at('2024-03-10T11:00:00Z') };
    const bringAt = (time: string) => bring(parts, { ...told, at: at(time) }, context).inputs.length;
    expect([bringAt('2024-04-09T09:59:59Z'), bringAt('2024-04-09T10:00:00Z')]).toEqual([0, 1]);
  });

  test('a customer whose CPA was taken back counts again where the deal says so', () => {
    const more = { ...HYBRID, whenTakenBack: 'share' };
    const context = { granted: 'cpa', takenBack: true } as const;
    expect(measuresOf(bring(hybrid(more), told, context))).toEqual([{ ngr: '5' }]);
    expect(measuresOf(bring(hybrid(more), told, { granted: 'cpa' }))).toEqual([]);
  });

  test('beside a CPA whose limit falls back to the share everything is brought under names of its own', () => {
    const context = { granted: 'cpa' };
    expect(measuresOf(bring(hybrid(HYBRID, FALLBACK), told, context))).toEqual([{ 'instead/ngr': '5' }]);
    expect(measuresOf(bring(hybrid(HYBRID, FALLBACK), told))).toEqual([{ ngr: '5' }]);
    const byProduct = { ...HYBRID, byProduct: true };
    expect(measuresOf(bring(hybrid(byProduct, FALLBACK), told, context))).toEqual([
      { 'instead/casino/ngr': '5' },
    ]);
    // What begins later begins later for them too.
    const later = bring(hybrid({ ...HYBRID, fromMonth: 3 }, FALLBACK), told, {
      ...context,
      registeredAt: REGISTERED,
    });
    expect(later.leftOut).toEqual([leftOut('share_begins_later')]);
  });

  test('a fixed amount only where it asks for active customers', () => {
    const fee = (more: object) => ({
      deals: {
        ann: dealDocument({
          currency: 'USD',
          components: [{ id: 'fee', kind: 'flat_fee', amount: '5', ...more }],
        }),
      },
    });
    const active: Told = { money: { ngr: '5' }, numbers: { activity: '1', lots: '2' } };
    expect(measuresOf(bring(fee({ minimumActiveCustomers: 2 }), active))).toEqual([{ activity: '1' }]);
    expect(measuresOf(bring(fee({}), active))).toEqual([]);
  });

  test('nothing of what is paid by event', () => {
    const lots = dealDocument({
      currency: 'USD',
      components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate: '1' }] }],
    });
    expect(bring({ deals: { ann: lots } }, { money: ALL, numbers: NUMBERS })).toMatchObject({
      inputs: [],
      isCounted: false,
    });
  });
});

describe('what an event brings is its partner’s', () => {
  const deals = { ann: deal({}), bob: deal({}) };
  const bonds = [
    { from: ALWAYS, partnerId: 'ann', winner: null, losers: [] },
    { from: at('2024-07-05T00:00:00Z'), partnerId: 'bob', winner: null, losers: [] },
  ];
  const told: Told = { money: { ngr: '5' } };

  test.each<[string, Told, Partial<CustomerContext>, string[]]>([
    ['of its instant', told, { attributions: bonds }, ['bob']],
    [
      'of its original’s instant, where it has one',
      { ...told, boundAt: at('2024-07-04T00:00:00Z') },
      { attributions: bonds },
      ['ann'],
    ],
    [
      'of the registration, where it was earlier',
      { ...told, at: at('2024-07-04T00:00:00Z') },
      { attributions: bonds, registeredAt: at('2024-07-06T00:00:00Z') },
      ['bob'],
    ],
    ['and nobody’s, where the customer has none', told, { attributions: [] }, []],
  ])('%s', (_name, brought, context, partners) => {
    expect(bring({ deals }, brought, context).inputs.map(({ partnerId }) => partnerId)).toEqual(partners);
  });
});

describe('a partner above that shares revenue', () => {
  const sub = (more: object) =>
    dealDocument({
      currency: 'USD',
      components: [
        {
          id: 'sub',
          kind: 'sub_partner_share',
          percent: '5',
          basis: 'revenue',
          revenue: 'net_deposits',
          ...more,
        },
      ],
    });
  const told: Told = { money: { deposits: '9', ngr: '1', withdrawals: '2', chargebacks: '3' } };
  const since = at('2024-06-10T12:00:00Z');
  const edges = { ann: [{ parentId: 'top', effectiveFrom: since }] };

  test('counts what its base needs of those below', () => {
    expect(bring({ deals: { top: sub({}) }, parents: { ann: 'top' } }, told)).toMatchObject({
      inputs: [
        {
          component: 'sub',
          partnerId: 'top',
          measures: { deposits: '9', withdrawals: '2', chargebacks: '3' },
        },
      ],
      isCounted: true,
    });
  });

  test.each<[string, ProgramParts, boolean]>([
    [
      'nothing where it shares commission',
      { deals: { top: sub({ basis: 'commission', revenue: undefined }) }, parents: { ann: 'top' } },
      false,
    ],
    ['nothing where it has no deal', { parents: { ann: 'top' } }, false],
    [
      'nothing before it is above',
      {
        deals: { top: sub({}) },
        parents: { ann: [{ parentId: 'top', effectiveFrom: (NOON + 1) as Instant }] },
      },
      false,
    ],
    [
      'nothing of those who have no parent',
      { deals: { top: sub({}) }, parents: { ann: [{ parentId: null, effectiveFrom: ALWAYS }] } },
      false,
    ],
    ['until it has run out', { deals: { top: sub({ expiresAfterMonths: 2 }) }, parents: edges }, true],
    ['and not from then on', { deals: { top: sub({ expiresAfterMonths: 1 }) }, parents: edges }, false],
    [
      'whenever, where the edge has no beginning',
      { deals: { top: sub({ expiresAfterMonths: 1 }) }, parents: { ann: 'top' } },
      true,
    ],
  ])('%s', (_name, parts, isIn) => {
    expect(bring(parts, told).inputs).toHaveLength(isIn ? 1 : 0);
  });
});
