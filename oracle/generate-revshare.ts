// Shares of revenue: formulas, policies, steps.
import type { Chance } from './chance.ts';
import type { ComponentDocument } from './world.ts';

const sometimes = <T extends object>(chance: Chance, percent: number, make: () => T): T | object =>
  chance.chance(percent) ? make() : {};

const BASES = [
  'ggr',
  'ggr',
  'ggr',
  'ngr',
  'bets',
  'deposits',
  'net_deposits',
  'pnl',
  'trading_commission',
  'deposits_and_withdrawals',
];
const OF = ['ggr', 'bets', 'deposits', 'withdrawals', 'deposits_and_withdrawals', 'net_deposits', 'subtotal'];

export function revshareOf(chance: Chance): Omit<ComponentDocument, 'id'> {
  const tiered = chance.chance(35);
  // These are reckoned in ways of their own, and cannot all stand together.
  const special = chance.pick([
    ...Array.from({ length: 7 }, () => ({})),
    { ownDepositsLimit: true },
    { byProduct: true },
    { highRoller: { threshold: chance.pick(['-100', '-50', '-500']) } },
  ]);
  const policy = chance.pick(['none', 'base', 'commission', 'base']);
  return {
    kind: 'revshare',
    base: chance.pick(BASES),
    ...sometimes(chance, 15, () => ({ factorPercent: chance.pick(['83.5', '65']) })),
    items: Array.from({ length: chance.below(4) }, (_, index) => item(chance, index)),
    ...sometimes(chance, 15, () => ({ swapIncluded: true })),
    ...special,
    ...(tiered ? { tiers: tiersOf(chance) } : { percent: chance.pick(['30', '25', '33.3', '40']) }),
    carry: {
      policy,
      ...(policy === 'none'
        ? {}
        : {
            ...sometimes(chance, 25, () => ({ expireAfterPeriods: chance.between(1, 2) })),
            ...sometimes(chance, 20, () => ({ cap: chance.pick(['50', '100', '33.33']) })),
          }),
    },
    ...sometimes(chance, 25, () => ({
      overridePercent: chance.pick(['10', '33.3']),
      ...sometimes(chance, 40, () => ({ overrideFloor: 'zero' })),
    })),
    ...sometimes(chance, 8, () => ({ fromMonth: chance.between(1, 3) })),
    ...sometimes(chance, 10, () => ({ minimumActiveCustomers: chance.between(1, 2) })),
    ...sometimes(chance, 10, () => ({
      only: chance.chance(50) ? { countries: ['DE', 'AT'] } : { products: ['casino'] },
    })),
    ...sometimes(chance, 12, () => ({
      caps: [{ by: 'money', limit: chance.pick(['50', '20.5']), per: chance.pick(['period', 'lifetime']) }],
    })),
  } as Omit<ComponentDocument, 'id'>;
}

function item(chance: Chance, index: number): object {
  const name = `item ${index}`;
  const sign = chance.chance(85) ? {} : { sign: 'plus' };
  if (chance.chance(50))
    return {
      name,
      ...sign,
      sum: chance.pick([
        ['bonus_cost'],
        ['chargebacks'],
        ['chargebacks', 'refunds'],
        ['bonus_cost', 'withdrawals'],
        ['adjustments'],
      ]),
    };
  return {
    name,
    ...sign,
    percent: chance.pick(['2', '12', '10', '1.5']),
    ...sometimes(chance, 80, () => ({ of: chance.pick(OF) })),
    ...sometimes(chance, 30, () => ({ floor: 'none' })),
  };
}

function tiersOf(chance: Chance): object {
  return {
    ...sometimes(chance, 40, () => ({
      metric: chance.pick(['first_deposits', 'active_customers', 'deposits']),
    })),
    ...sometimes(chance, 50, () => ({ method: 'whole_volume' })),
    ...sometimes(chance, 30, () => ({ edge: 'upper' })),
    ...sometimes(chance, 15, () => ({
      atLeast: {
        metric: chance.pick(['new_customers', 'active_customers', 'first_deposits']),
        count: chance.between(1, 2),
      },
    })),
    bands: [
      { upTo: chance.pick(['1', '2', '100']), rate: '25' },
      { upTo: '500', rate: '30' },
      { rate: '35' },
    ],
  };
}
