// What a campaign met in less than one world of a hundred, with weight of its own.
import {
  anyCustomer,
  change,
  DAY,
  hasKind,
  MINUTE,
  registeredAt,
  TRADES,
  withEvents,
} from './enrich-parts.ts';
import type { Addition } from './enrich-parts.ts';
import type { ComponentDocument, Customer, WorldEvent } from './world.ts';

/** Trades that round to nothing, are partly made with credit, or bring less than the levels would be paid. */
export const thinTrades: Addition = (chance, world) => {
  if (!hasKind(world, TRADES) || !chance.chance(35)) return world;
  const hasNoOverride = chance.chance(30);
  const changed = change(world, TRADES, (one): object => ({
    ...('creditBelow' in one ? {} : { creditBelow: '0.85' }),
    ...(hasNoOverride ? { overrides: [{ rate: '0' }] } : {}),
  }));
  const customer = anyCustomer(chance, world);
  const from = registeredAt(world, customer) + chance.between(1, 60) * DAY;
  const kinds: readonly [string, string, Record<string, string>][] = [
    ['s', '0.00001', {}],
    ['c', '1', { equity: '1000', credit: chance.pick(['300', '900', '1000', '1200']) }],
    ['r', '1', { revenue: chance.pick(['0.5', '2', '0']) }],
  ];
  const events = kinds.flatMap(([name, lots, measures], index): WorldEvent[] => {
    const at = from + index * 2 * DAY;
    const leg = (entry: 'in' | 'out', minutes: number): WorldEvent => ({
      id: `n${name}${entry}`,
      kind: 'execution',
      customer,
      at: at + minutes * MINUTE,
      currency: world.baseCurrency,
      measures: { spread: '0.0002', ...(entry === 'out' ? measures : {}) },
      execution: {
        account: `live:${500 + customer}`,
        position: `thin${name}`,
        symbol: 'EURUSD',
        side: entry === 'in' ? 'buy' : 'sell',
        entry,
        lots,
        price: entry === 'in' ? '1.0850' : '1.0900',
        contractSize: '100000',
        profit: '5',
        commission: '-3.5',
        swap: '0',
      },
    });
    return [leg('in', 0), leg('out', 60)];
  });
  return withEvents(changed, events);
};

/** A CPA that asks for more days than there are. */
export const idleCustomers: Addition = (chance, world) =>
  hasKind(world, ['cpa']) && chance.chance(15)
    ? change(world, ['cpa'], () => ({
        windowDays: null,
        conditions: { all: [{ metric: 'active_days', atLeast: '40' }] },
      }))
    : world;

/** An advance that no share comes up to for a long time. */
export const greatAdvances: Addition = (chance, world) => {
  if (!hasKind(world, ['revshare']) || !hasKind(world, ['cpa']) || !chance.chance(35)) return world;
  const isMonthly = (one: ComponentDocument): boolean =>
    ['tiers', 'caps', 'qualityGate'].some((name) => name in one);
  const amount = chance.pick(['5000', '400']);
  return {
    ...world,
    deals: world.deals.map((deal) => {
      const { components } = deal.document;
      if (!components.some((one) => one.kind === 'cpa' && !isMonthly(one))) return deal;
      return {
        ...deal,
        document: {
          ...deal.document,
          components: components.map((one): ComponentDocument => {
            if (one.kind === 'cpa') return { ...one, amount, conditions: null, baseline: null };
            if (one.kind !== 'revshare' || 'unlessPaid' in one || 'recoup' in one) return one;
            return { ...one, recoup: { component: 'cpa' } };
          }),
        },
      };
    }),
  };
};

/** The window of a CPA that begins with the click; a share of partners below that ends. */
export const ends: Addition = (chance, world) => {
  const isAlone = world.customers.every(({ click, partner }) => click === undefined || partner === null);
  const clicked =
    isAlone && world.merges === undefined && chance.chance(25)
      ? change(world, ['cpa'], () => ({ windowFrom: 'click', windowDays: chance.pick([20, 60, 95]) }))
      : world;
  return world.moves.length > 0 && chance.chance(40)
    ? change(clicked, ['sub_partner_share'], () => ({ expiresAfterMonths: chance.between(1, 2) }))
    : clicked;
};

/** Rollbacks that do not say again what was played. */
export const bareRollbacks: Addition = (chance, world) => {
  if (!chance.chance(40)) return world;
  return {
    ...world,
    events: world.events.map((event): WorldEvent => {
      if (event.kind !== 'rollback' || event.product === undefined) return event;
      const { product: _product, ...bare } = event;
      return bare;
    }),
  };
};

/** A link that was clicked too long ago. */
export const oldClicks: Addition = (chance, world) => {
  if (!chance.chance(8)) return world;
  const customer = anyCustomer(chance, world);
  const click = {
    partner: chance.below(world.partners.length),
    at: registeredAt(world, customer) - 90 * DAY - chance.pick([MINUTE, DAY, 20 * DAY]) - 2 * 60 * MINUTE,
  };
  return {
    ...world,
    customers: world.customers.map((one, index): Customer =>
      index === customer ? { ...one, click, partner: null } : one,
    ),
  };
};
