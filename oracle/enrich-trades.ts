// Trades that are added to worlds: hedged, turned round, closed by each other, and such as meet every filter.
import type { Chance } from './chance.ts';
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
import type { ComponentDocument, Execution, World, WorldEvent } from './world.ts';

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
export const hedges: Addition = (chance, world) => {
  if (!hasKind(world, TRADES) || !chance.chance(45)) return world;
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
export const reversals: Addition = (chance, world) => {
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
export const filters: Addition = (chance, world) => {
  if (!hasKind(world, TRADES) || !chance.chance(75)) return world;
  const which = chance.pick([
    'move',
    'negative',
    'credit',
    'types',
    'no rate',
    'pamm',
    'social',
    'no fx',
    'cap',
    'zero',
  ]);
  const terms: Record<string, object> = {
    move: { minimumMoveSpreads: '2.5' },
    negative: { negativeAccount: 'excluded' },
    credit: { creditBelow: '0.85' },
    types: { only: { accountTypes: ['cent', 'standard'] } },
    'no rate': { rates: [{ symbol: 'XAUUSD', rate: '1' }] },
    pamm: { pammMasters: 'excluded' },
    social: { socialAccounts: 'excluded' },
    cap: { capPerTrade: '0.5' },
    zero: { zeroResult: 'excluded' },
  };
  const changed = change(world, TRADES, (one) =>
    (which === 'no rate' || which === 'cap') && one['tiers'] !== undefined ? {} : (terms[which] ?? {}),
  );
  const customer = anyCustomer(chance, world);
  const at = which === 'no fx' ? NO_RATES : registeredAt(world, customer) + chance.between(1, 50) * DAY;
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
  const special = {
    ...(which === 'types' ? { extra: { accountType: 'vip' } } : {}),
    ...(which === 'no fx' ? { currency: 'GBP' } : {}),
  };
  if (which === 'no fx' || which === 'zero')
    Object.assign(closed, {
      execution: {
        ...closed.execution,
        commission: '-7',
        ...(which === 'zero' ? { profit: '0' } : { symbol: 'USDJPY' }),
      },
    });
  if (which === 'no fx')
    Object.assign(opened, { execution: { ...opened.execution, symbol: 'USDJPY' }, currency: 'GBP' });
  return withEvents(changed, [
    opened,
    { ...closed, ...special, ...(Object.keys(extra).length > 0 ? { extra } : {}) },
  ]);
};

/** Trades that a campaign would seldom meet: each with what makes it pay less, or nothing. */
export const seldomTrades: Addition = (chance, world) => {
  if (!hasKind(world, TRADES) || world.events.some(({ id }) => id === 'fo') || !chance.chance(80))
    return world;
  const which = chance.pick(['negative', 'symbol', 'small', 'credit', 'revenue', 'override', 'cap']);
  const isStepped = (one: ComponentDocument): boolean => one['tiers'] !== undefined;
  const changed = change(world, TRADES, (one): object => {
    const overrides = [{ rate: '0' }];
    switch (which) {
      case 'negative':
        return { negativeAccount: 'excluded' };
      case 'symbol':
        return { excludedSymbols: ['GBPUSD'] };
      case 'credit':
        return { creditBelow: '0.85' };
      case 'override':
        return { overrides };
      default:
        return which === 'cap' && !isStepped(one) ? { capPerTrade: '0.01' } : {};
    }
  });
  const customer = anyCustomer(chance, world);
  const at = registeredAt(world, customer) + chance.between(1, 50) * DAY;
  const lots = which === 'small' ? '0.00001' : '1';
  const measures: Record<string, Record<string, string>> = {
    negative: { balance: '-0.01' },
    credit: { equity: '10000', credit: '4000' },
    revenue: { revenue: '0.01' },
  };
  const parts = { customer, position: 'filter', lots, symbol: 'GBPUSD', commission: '-7' };
  return withEvents(changed, [
    execution(chance, world, { ...parts, id: 'fi', at, side: 'buy', entry: 'in', price: '1.2700' }),
    execution(chance, world, {
      ...parts,
      id: 'fo',
      at: at + 60 * MINUTE,
      side: 'sell',
      entry: 'out',
      price: '1.2800',
      measures: measures[which] ?? {},
    }),
  ]);
};
