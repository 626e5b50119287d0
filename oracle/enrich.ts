// The second generation of worlds: a world of the first one, with more in it. Each addition has a stream of chance of its own, so that
// one that is changed leaves the others as they are. Worlds from FIRST_RICH on are of this generation.
import { openChance } from './chance.ts';
import {
  anyCustomer,
  change,
  DAY,
  hasKind,
  MINUTE,
  NO_RATES,
  registeredAt,
  TRADES,
  withEvents,
} from './enrich-parts.ts';
import type { Addition } from './enrich-parts.ts';
import { hybrids, spans, theoretical } from './enrich-hybrids.ts';
import { bareRollbacks, ends, greatAdvances, idleCustomers, oldClicks, thinTrades } from './enrich-seldom.ts';
import { grades, settings } from './enrich-terms.ts';
import { filters, hedges, reversals, seldomTrades } from './enrich-trades.ts';
import type { ComponentDocument, Customer, World, WorldEvent } from './world.ts';

/** Numbers below it are worlds of the first generation, for ever. */
export const FIRST_RICH = 100_000_000;

/** Adds to a world what its number says. */
export function enrich(world: World, number: number): World {
  return ADDITIONS.reduce(
    (before, add, index) => add(openChance(number * 31 + index * 7919 + 17), before),
    world,
  );
}

/** Two customers turn out to be one person; some merges end again. */
const merges: Addition = (chance, world) => {
  if (world.customers.length < 2 || !chance.chance(22)) return world;
  const [from, into] = chance.shuffle([...world.customers.keys()]);
  if (from === undefined || into === undefined) return world;
  const country = world.customers[into]?.country ?? null;
  return {
    ...world,
    customers: world.customers.map((one, index): Customer => (index === from ? { ...one, country } : one)),
    merges: [{ from, into, ...(chance.chance(40) ? { ended: true } : {}) }],
  };
};

/** Somebody moves to another country. */
const countries: Addition = (chance, world) => {
  if (world.merges !== undefined || !chance.chance(16)) return world;
  const customer = anyCustomer(chance, world);
  // Where nobody said a country before, the first word after the registration tells what was true before (docs/attribution.md).
  if ((world.customers[customer]?.country ?? null) === null) return world;
  return {
    ...world,
    countries: [
      {
        customer,
        country: chance.pick(['DE', 'FR', 'AT']),
        at: registeredAt(world, customer) + DAY + chance.below(80 * 1440) * MINUTE,
      },
    ],
  };
};

/** Stages under a limit: only where levels are paid by fixed amounts. */
const stageLimits: Addition = (chance, world) => {
  const fits = world.deals.every(({ document }) =>
    document.components.every(
      (one) =>
        one.kind !== 'stage_payment' ||
        ((one['levels'] ?? {}) as { mode?: string }).mode === 'additive_fixed',
    ),
  );
  if (!hasKind(world, ['stage_payment']) || !fits || !chance.chance(60)) return world;
  const cap = chance.chance(50)
    ? { by: 'count', limit: '1' }
    : { by: 'money', limit: chance.pick(['40', '25.5']) };
  const more = {
    ...(chance.chance(30) ? { per: 'lifetime' } : {}),
    ...(chance.chance(30) ? { overflow: 'queue_next_period' } : {}),
  };
  return change(world, ['stage_payment'], () => ({ caps: [{ ...cap, ...more }] }));
};

/** A CPA as an advance on each customer's own share; where shares are never negative, because otherwise it is open what is set off first. */
const recoupByCustomer: Addition = (chance, world) => {
  if (!hasKind(world, ['revshare']) || !hasKind(world, ['cpa']) || !chance.chance(50)) return world;
  const changed = world.deals.map((deal) => {
    const { components } = deal.document;
    // A CPA that is settled by month has no amount for each customer.
    const isSingle = (one: ComponentDocument): boolean =>
      one.kind === 'cpa' && !['tiers', 'caps', 'qualityGate'].some((name) => name in one);
    if (!components.some(isSingle)) return deal;
    return {
      ...deal,
      document: {
        ...deal.document,
        components: components.map((one): ComponentDocument => {
          if (one.kind !== 'revshare') return one;
          const { id, kind } = one;
          return {
            id,
            kind,
            base: 'deposits',
            percent: chance.pick(['30', '25']),
            recoup: { component: 'cpa', by: 'customer' },
          };
        }),
      },
    };
  });
  return { ...world, deals: changed };
};

/** What bars customers for a time, for good, or until somebody looked. */
const gates: Addition = (chance, world) => {
  if (!chance.chance(25)) return world;
  const customer = anyCustomer(chance, world);
  const at = registeredAt(world, customer) + MINUTE + chance.below(30 * 1440) * MINUTE;
  const which = chance.pick(['cooling_off', 'closed', 'self_excluded', 'pending', 'failed', 'duplicate']);
  const event = { id: 'gate', customer, at };
  if (which === 'pending' || which === 'failed')
    return withEvents(world, [{ ...event, kind: 'kyc_status', kyc: which }]);
  return withEvents(world, [
    {
      ...event,
      kind: which === 'closed' ? 'account_closed' : 'self_excluded',
      status: which as 'closed',
      ...(chance.chance(50) ? { until: at + chance.between(1, 60) * DAY } : {}),
    },
  ]);
};

/** A fee that is given back because the trader passed; a stage that is reached twice. */
const passes: Addition = (chance, world) => {
  if (!hasKind(world, ['purchase_share', 'stage_payment']) || !chance.chance(40)) return world;
  const customer = anyCustomer(chance, world);
  const at = registeredAt(world, customer) + chance.between(1, 30) * DAY;
  const money = { amount: '450', currency: world.baseCurrency };
  const event = { customer, currency: world.baseCurrency };
  const once = chance.chance(60) ? change(world, ['stage_payment'], () => ({ once: 'customer' })) : world;
  const isRateless = chance.chance(30);
  return withEvents(once, [
    ...(isRateless
      ? [{ ...event, id: 'zx', kind: 'reset_purchased', at: NO_RATES, amount: '99.99', currency: 'GBP' }]
      : []),
    { ...event, id: 'zp', kind: 'challenge_purchased', at, ...money },
    { ...event, id: 'zs', kind: 'phase_passed', at: at + DAY, extra: { phase: '1' } },
    { ...event, id: 'zf', kind: 'funded', at: at + 2 * DAY },
    { ...event, id: 'zt', kind: 'trader_payout', at: at + 3 * DAY, amount: '200' },
    { ...event, id: 'zr', kind: 'refund', at: at + 4 * DAY, originalId: 'zp', ...money },
    { ...event, id: 'zg', kind: 'funded', at: at + 6 * DAY },
    { ...event, id: 'zu', kind: 'trader_payout', at: at + 7 * DAY, amount: '120' },
    { ...event, id: 'zv', kind: 'phase_passed', at: at + 8 * DAY, extra: { phase: '1' } },
  ]);
};

/** A great loss of the house that one customer made: policies for negative results, and the rule for high rollers. */
const losses: Addition = (chance, world) => {
  if (!hasKind(world, ['revshare']) || !chance.chance(60)) return world;
  const customer = anyCustomer(chance, world);
  const at = registeredAt(world, customer) + chance.between(1, 60) * DAY;
  const common = { customer, product: 'casino', currency: world.baseCurrency };
  return withEvents(world, [
    { ...common, id: 'lb', kind: 'bet', at, amount: '100' },
    { ...common, id: 'lw', kind: 'win', at: at + MINUTE, amount: chance.pick(['700', '180', '5000']) },
    {
      ...common,
      id: 'lc',
      kind: 'bet',
      at: at + chance.between(20, 45) * DAY,
      amount: chance.pick(['300', '900']),
    },
  ]);
};

/** Deposits that are charged back, so that what was granted is taken back. */
const takenBack: Addition = (chance, world) => {
  if (!hasKind(world, ['cpa']) || !chance.chance(25)) return world;
  const deposits = world.events.filter(({ kind }) => kind === 'deposit' || kind === 'first_deposit');
  if (deposits.length === 0) return world;
  const deposit = chance.pick(deposits);
  return withEvents(world, [
    {
      id: 'cb',
      kind: 'chargeback',
      customer: deposit.customer,
      at: deposit.at + chance.between(1, 50) * DAY,
      originalId: deposit.id,
      amount: deposit.amount ?? '1',
      currency: deposit.currency ?? world.baseCurrency,
    },
  ]);
};

/** Conditions that are not met, or only late. */
const conditions: Addition = (chance, world) => {
  if (!hasKind(world, ['cpa']) || !chance.chance(30)) return world;
  const condition = chance.pick([
    { metric: 'wagered', atLeast: '5000' },
    { metric: 'active_days', atLeast: '20' },
    { metric: 'active_days', atLeast: '3' },
  ]);
  return change(world, ['cpa'], () => ({ conditions: condition, windowDays: null }));
};

/** Whether what the leaf earns by the kind can be settled by month in all deals: no shared pot. */
const isPlain = (world: World, kind: string): boolean =>
  world.deals.every(({ document }) =>
    document.components.every(
      (one) => one.kind !== kind || ((one['levels'] ?? {}) as { mode?: string }).mode === 'additive_fixed',
    ),
  );

/** A CPA under a limit that somebody has used up, and an earlier one that is told when the month is closed. */
const displacements: Addition = (chance, world) => {
  const isCurrent = world.deals.some(({ document }) => document.late === 'current_period');
  if (!hasKind(world, ['cpa']) || !isPlain(world, 'cpa') || isCurrent || !chance.chance(60)) return world;
  const [first, second] = world.customers.keys();
  if (first === undefined || second === undefined || world.merges !== undefined) return world;
  const partner = world.customers[first]?.partner ?? 0;
  const bare = [
    'tiers',
    'qualityGate',
    'conditions',
    'requireKyc',
    'only',
    'kycWithinWindow',
    'termsAt',
    'caps',
  ];
  const deals = world.deals.map((deal) => ({
    ...deal,
    document: {
      ...deal.document,
      components: deal.document.components.map((one): ComponentDocument => {
        if (one.kind !== 'cpa') return one;
        const left = Object.fromEntries(Object.entries(one).filter(([name]) => !bare.includes(name)));
        return { ...left, caps: [{ by: 'count', limit: '1' }] } as unknown as ComponentDocument;
      }),
    },
  }));
  const deposit = (id: string, customer: number, days: number): WorldEvent => ({
    id,
    kind: 'first_deposit',
    customer,
    at:
      Math.max(registeredAt(world, first), registeredAt(world, second)) +
      days * DAY +
      (customer + 1) * MINUTE,
    amount: '1000',
    currency: world.baseCurrency,
  });
  const closed = world.closed.length > 0 ? world.closed : ['2026-01', '2026-02'];
  return withEvents(
    {
      ...world,
      deals,
      closed,
      customers: world.customers.map((one, index) =>
        index === first || index === second ? { ...one, partner } : one,
      ),
    },
    [{ ...deposit('q1', first, 1), late: true }, deposit('q2', second, 2)],
  );
};

/** A gate that asks for more first deposits than there were CPAs. */
const qualityGates: Addition = (chance, world) => {
  if (!hasKind(world, ['cpa']) || !isPlain(world, 'cpa') || !chance.chance(30)) return world;
  return change(world, ['cpa'], () => ({ qualityGate: { of: 'first_deposits', atLeastPercent: '120' } }));
};

/** Holds that have not ended. */
const holds: Addition = (chance, world) => {
  if (!chance.chance(15)) return world;
  const kinds = [...TRADES, 'cpa', 'purchase_share', 'stage_payment', 'revshare'];
  return change(world, kinds, () => ({ holdDays: 365 }));
};

/** A customer who won much against customers who lost more or less than that. */
const highRollers: Addition = (chance, world) => {
  const isOpen = world.deals.every(({ document }) =>
    document.components.every(
      (one) => !('byProduct' in one) && !('ownDepositsLimit' in one) && one['recoup'] === undefined,
    ),
  );
  if (!hasKind(world, ['revshare']) || !isOpen || !chance.chance(50)) return world;
  const rule = chance.pick([
    { threshold: '-100' },
    { threshold: '-100' },
    { threshold: '-30', measuredOn: 'commission' },
  ]);
  const changed = change(world, ['revshare'], () => ({ base: 'ggr', highRoller: rule }));
  const common = { product: 'casino', currency: world.baseCurrency };
  const [first, second] = world.customers.keys();
  if (first === undefined || second === undefined) return world;
  const at = Math.max(registeredAt(world, first), registeredAt(world, second)) + 2 * DAY;
  return withEvents(changed, [
    { ...common, id: 'ra', kind: 'win', customer: first, at, amount: chance.pick(['900', '2500']) },
    {
      ...common,
      id: 'rb',
      kind: 'bet',
      customer: second,
      at: at + MINUTE,
      amount: chance.pick(['300', '1200']),
    },
    { ...common, id: 'rc', kind: 'bet', customer: first, at: at + 30 * DAY, amount: '500' },
  ]);
};

/** Links that were clicked before the registration: alone, beside a code, and too long ago. */
const clicks: Addition = (chance, world) => {
  if (!chance.chance(20)) return world;
  const customer = anyCustomer(chance, world);
  const click = {
    partner: chance.below(world.partners.length),
    at: registeredAt(world, customer) - chance.pick([1, 30, 80, 95]) * DAY - 7 * MINUTE,
  };
  const isAlone = chance.chance(60);
  return {
    ...world,
    customers: world.customers.map((one, index) =>
      index === customer ? { ...one, click, partner: isAlone ? null : one.partner } : one,
    ),
  };
};

/** A customer who won nothing of a partner by a link that was clicked too long ago. */
const lateClicks: Addition = (chance, world) => {
  if (!chance.chance(7)) return world;
  const customer = anyCustomer(chance, world);
  const click = {
    partner: chance.below(world.partners.length),
    at: registeredAt(world, customer) - chance.pick([91, 100]) * DAY,
  };
  const customers = world.customers.map((one, index): Customer =>
    index === customer ? { ...one, click, partner: null } : one,
  );
  return { ...world, customers };
};

/** A CPA that nobody can reach: in a window that has ended, or in one that has not; or one that no share comes up to. */
const outOfReach: Addition = (chance, world) => {
  if (!hasKind(world, ['cpa']) || !chance.chance(25)) return world;
  const isAdvance = hasKind(world, ['revshare']) && JSON.stringify(world.deals).includes('"recoup"');
  if (isAdvance) return change(world, ['cpa'], () => ({ amount: '5000' }));
  const windowDays = chance.pick([7, 3650]);
  const conditions = { metric: 'active_days', atLeast: '60' };
  return change(world, ['cpa'], () => ({ conditions, windowDays }));
};

const ADDITIONS: readonly Addition[] = [
  hedges,
  reversals,
  filters,
  merges,
  countries,
  stageLimits,
  recoupByCustomer,
  gates,
  passes,
  losses,
  takenBack,
  conditions,
  displacements,
  qualityGates,
  holds,
  highRollers,
  clicks,
  seldomTrades,
  lateClicks,
  outOfReach,
  theoretical,
  hybrids,
  spans,
  thinTrades,
  idleCustomers,
  greatAdvances,
  oldClicks,
  ends,
  bareRollbacks,
  grades,
  settings,
];
