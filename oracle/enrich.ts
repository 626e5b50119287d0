// The second generation of worlds: a world of the first one, with more in it. Each addition has a stream of chance of its own, so that
// one that is changed leaves the others as they are. Worlds from FIRST_RICH on are of this generation.
import { openChance } from './chance.ts';
import type { Chance } from './chance.ts';
import type { ComponentDocument, Customer, Execution, World, WorldEvent } from './world.ts';

/** Numbers below it are worlds of the first generation, for ever. */
export const FIRST_RICH = 100_000_000;

const MINUTE = 60_000;
const DAY = 86_400_000;
const END = Date.parse('2026-05-28T00:00:00Z');
const TRADES = ['per_lot', 'per_million', 'spread_share', 'commission_share'];

type Addition = (chance: Chance, world: World) => World;

/** Adds to a world what its number says. */
export function enrich(world: World, number: number): World {
  return ADDITIONS.reduce(
    (before, add, index) => add(openChance(number * 31 + index * 7919 + 17), before),
    world,
  );
}

const hasKind = (world: World, kinds: readonly string[]): boolean =>
  world.deals.some(({ document }) => document.components.some(({ kind }) => kinds.includes(kind)));

/** Every component of these kinds, in all deals alike. */
function change(
  world: World,
  kinds: readonly string[],
  make: (component: ComponentDocument) => object,
): World {
  return {
    ...world,
    deals: world.deals.map((deal) => ({
      ...deal,
      document: {
        ...deal.document,
        components: deal.document.components.map((one) =>
          kinds.includes(one.kind) ? ({ ...one, ...make(one) } as ComponentDocument) : one,
        ),
      },
    })),
  };
}

/** Adds events at instants of their own. */
function withEvents(world: World, more: readonly WorldEvent[]): World {
  const taken = new Set(world.events.map(({ at }) => at));
  const events = more
    .filter(({ at }) => at < END)
    .map((event) => {
      let { at } = event;
      while (taken.has(at)) at += 1000;
      taken.add(at);
      return { ...event, at };
    });
  return { ...world, events: [...world.events, ...events] };
}

const registeredAt = (world: World, customer: number): number => world.customers[customer]?.registeredAt ?? 0;

const anyCustomer = (chance: Chance, world: World): number => chance.below(world.customers.length);

function execution(
  chance: Chance,
  world: World,
  {
    customer,
    at,
    ...more
  }: { customer: number; at: number } & Pick<Execution, 'position' | 'side' | 'entry' | 'lots'> &
    Partial<Execution> & { readonly id: string; readonly measures?: Record<string, string> },
): WorldEvent {
  const { id, measures, ...rest } = more;
  return {
    id,
    kind: 'execution',
    customer,
    at,
    currency: world.baseCurrency,
    measures: { spread: '0.0002', ...measures },
    execution: {
      account: `live:${300 + customer}`,
      symbol: 'EURUSD',
      price: chance.pick(['1.0850', '1.0872', '1.0801']),
      contractSize: '100000',
      commission: '0',
      profit: chance.pick(['12.5', '-40', '3.33']),
      swap: '0',
      ...rest,
    },
  };
}

/** Trades in both directions on one day, of one account. */
const hedges: Addition = (chance, world) => {
  if (!hasKind(world, TRADES) || !chance.chance(30)) return world;
  const customer = anyCustomer(chance, world);
  const day = registeredAt(world, customer) + chance.between(2, 40) * DAY;
  const legs = (['buy', 'sell'] as const).flatMap((side, index) => {
    const lots = chance.pick(['1', '0.5', '1.5']);
    const at = day + index * 20 * MINUTE;
    const position = `hedge${index}`;
    return [
      execution(chance, world, { id: `hi${index}`, customer, at, position, side, entry: 'in', lots }),
      execution(chance, world, {
        id: `ho${index}`,
        customer,
        at: at + chance.pick([2, 300]) * MINUTE,
        position,
        side: side === 'buy' ? 'sell' : 'buy',
        entry: 'out',
        lots,
      }),
    ];
  });
  return withEvents(world, legs);
};

/** A position that is turned round, and two that close each other. */
const reversals: Addition = (chance, world) => {
  if (!hasKind(world, [...TRADES, 'revshare', 'cpa']) || !chance.chance(15)) return world;
  const customer = anyCustomer(chance, world);
  const at = registeredAt(world, customer) + chance.between(1, 60) * DAY;
  const make = (
    id: string,
    minutes: number,
    more: Pick<Execution, 'position' | 'side' | 'entry' | 'lots'> & Partial<Execution>,
  ): WorldEvent => execution(chance, world, { id, customer, at: at + minutes * MINUTE, ...more });
  if (chance.chance(50))
    return withEvents(world, [
      make('ri', 0, { position: 'turn', side: 'buy', entry: 'in', lots: '1' }),
      make('rr', 10, { position: 'turn', side: 'sell', entry: 'inout', lots: '1.5', closedLots: '1' }),
      make('ro', 30, { position: 'turn', side: 'buy', entry: 'out', lots: '0.5' }),
    ]);
  const second = { profit: '0' };
  return withEvents(world, [
    make('ya', 0, { position: 'left', side: 'buy', entry: 'in', lots: '0.7' }),
    make('yb', 5, { position: 'right', side: 'sell', entry: 'in', lots: '0.7' }),
    make('yc', 20, {
      position: 'left',
      side: 'sell',
      entry: 'out_by',
      lots: '0.7',
      closeByPosition: 'right',
    }),
    make('yd', 21, {
      position: 'right',
      side: 'buy',
      entry: 'out_by',
      lots: '0.7',
      closeByPosition: 'left',
      ...second,
    }),
  ]);
};

/** Filters that the first generation has no terms for, and trades that meet them. */
const filters: Addition = (chance, world) => {
  if (!hasKind(world, TRADES) || !chance.chance(50)) return world;
  const which = chance.pick(['move', 'negative', 'credit', 'types', 'no rate', 'pamm', 'social']);
  const terms: Record<string, object> = {
    move: { minimumMoveSpreads: '2.5' },
    negative: { negativeAccount: 'excluded' },
    credit: { creditBelow: '0.85' },
    types: { only: { accountTypes: ['cent', 'standard'] } },
    'no rate': { rates: [{ symbol: 'XAUUSD', rate: '1' }] },
    pamm: { pammMasters: 'excluded' },
    social: { socialAccounts: 'excluded' },
  };
  const changed = change(world, TRADES, (one) =>
    which === 'no rate' && one['tiers'] !== undefined ? {} : (terms[which] ?? {}),
  );
  const customer = anyCustomer(chance, world);
  const at = registeredAt(world, customer) + chance.between(1, 50) * DAY;
  const measures: Record<string, Record<string, string>> = {
    negative: { balance: '-1' },
    credit: { equity: '10000', credit: '4000' },
  };
  const extra = which === 'pamm' ? { pamm: 'master' } : which === 'social' ? { social: 'true' } : {};
  const opened = execution(chance, world, {
    id: 'fi',
    customer,
    at,
    position: 'filter',
    side: 'buy',
    entry: 'in',
    lots: '1',
    price: '1.0850',
  });
  const closed = execution(chance, world, {
    id: 'fo',
    customer,
    at: at + 60 * MINUTE,
    position: 'filter',
    side: 'sell',
    entry: 'out',
    lots: '1',
    price: which === 'move' ? '1.0852' : '1.0900',
    measures: measures[which] ?? {},
  });
  return withEvents(changed, [opened, { ...closed, ...(Object.keys(extra).length > 0 ? { extra } : {}) }]);
};

/** Two customers turn out to be one person; some merges end again. */
const merges: Addition = (chance, world) => {
  if (world.customers.length < 2 || !chance.chance(15)) return world;
  const [from, into] = chance.shuffle([...world.customers.keys()]);
  if (from === undefined || into === undefined) return world;
  const country = world.customers[into]?.country ?? null;
  return {
    ...world,
    customers: world.customers.map((one, index): Customer => (index === from ? { ...one, country } : one)),
    merges: [{ from, into, ...(chance.chance(30) ? { ended: true } : {}) }],
  };
};

/** Somebody moves to another country. */
const countries: Addition = (chance, world) => {
  if (world.merges !== undefined || !chance.chance(12)) return world;
  const customer = anyCustomer(chance, world);
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
  if (!hasKind(world, ['revshare']) || !hasKind(world, ['cpa']) || !chance.chance(35)) return world;
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
  return withEvents(world, [
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
  if (!hasKind(world, ['revshare']) || !chance.chance(35)) return world;
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
];
