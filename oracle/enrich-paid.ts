// The third generation of worlds: the clock goes on, everything payable is paid, and what takes back comes before, at and after that, with
// schedules by age (semantics 4.10, rules.md 2.7, docs/payments.md).
import { openChance } from './chance.ts';
import type { Chance } from './chance.ts';
import { change, DAY, hasKind } from './enrich-parts.ts';
import { addMonths } from './model/calendar.ts';
import type { World, WorldEvent } from './world.ts';

/** Numbers from here on are worlds of this generation. */
export const FIRST_PAID = 200_000_000;

/** All of these worlds have one clock, so that many can be told side by side. */
const PAID_AT = Date.parse('2026-07-20T12:00:00Z');
const UNTIL = Date.parse('2027-12-01T12:00:00Z');

const SCHEDULES = [
  [],
  [{ beforeMonth: 12, percent: '30' }],
  [
    { beforeMonth: 6, percent: '100' },
    { upToMonth: 12, percent: '50' },
  ],
  [
    { upToMonth: 5, percent: '75' },
    { beforeMonth: 9, percent: '12.5' },
  ],
] as const;

export function payLater(world: World, number: number): World {
  const chance = openChance(number * 37 + 4711);
  const { merges: _merges, settingsLater: _settings, countries: _countries, ...rest } = world;
  const isCurrent = world.deals.some(({ document }) => document.late === 'current_period');
  const closed = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05'];
  // A schedule beside a share that counts again is refused.
  const isAgain = JSON.stringify(world.deals).includes('whenTakenBack');
  const scheduled = change(
    {
      ...rest,
      // What comes into the month that is open then is asked by the generations before.
      deals: world.deals.map(({ document: { late: _late, ...document }, ...deal }) => ({
        ...deal,
        document,
      })),
      events: isCurrent ? world.events.map(({ late: _late, ...event }) => event) : world.events,
      closed: chance.chance(80) ? closed : closed.slice(0, chance.between(1, 4)),
    },
    ['cpa', 'purchase_share'],
    ({ kind }) => ({
      ...(isAgain ? {} : { clawback: { schedule: chance.pick(SCHEDULES) } }),
      ...(kind === 'cpa' && chance.chance(40) ? { clawbackOnKycFailed: true } : {}),
    }),
  );
  const after = [...takenBack(chance, scheduled), ...lateOnes(chance, scheduled)];
  return {
    ...scheduled,
    events: [
      ...scheduled.events,
      ...(after.length > 0 || !chance.chance(30) ? after : failed(chance, scheduled)),
    ],
    later: { stops: [PAID_AT], pays: true, until: UNTIL },
  };
}

/** Instants that matter: around the payment, and around full months of age. */
function instantOf(chance: Chance, world: World, from: number): number {
  const months = chance.pick([5, 6, 7, 8, 9, 10, 12, 13]);
  return chance.pick([
    PAID_AT - 1,
    PAID_AT,
    PAID_AT + 1,
    PAID_AT - chance.between(1, 25) * DAY,
    PAID_AT + chance.between(1, 480) * DAY,
    addMonths(from, months, world.zone),
    addMonths(from, months, world.zone) - 1,
  ]);
}

const BACK = ['deposit', 'first_deposit', 'challenge_purchased', 'reset_purchased'];

/** What was deposited or bought, and is taken back. */
function takenBack(chance: Chance, world: World): WorldEvent[] {
  if (!hasKind(world, ['cpa', 'purchase_share', 'revshare']) || chance.chance(15)) return [];
  const originals = world.events.filter(({ kind, amount }) => BACK.includes(kind) && amount !== '0');
  return chance
    .shuffle(originals)
    .slice(0, chance.between(2, 6))
    .flatMap((original, index): WorldEvent[] =>
      Array.from({ length: chance.chance(30) ? 2 : 1 }, (_one, part) => {
        const at = instantOf(chance, world, original.at) + index + part * 10;
        return {
          id: `zb${index}${part}`,
          kind: chance.pick(['chargeback', 'chargeback', 'reversal', 'refund']),
          customer: original.customer,
          at: Math.min(Math.max(at, original.at + 1000), UNTIL - DAY),
          originalId: original.id,
          amount: chance.chance(75) ? (original.amount ?? '1') : chance.pick(['20', '33.33', '5']),
          currency: original.currency ?? world.baseCurrency,
          after: true,
        };
      }),
    );
}

/** What was forgotten of a month that was paid. */
function lateOnes(chance: Chance, world: World): WorldEvent[] {
  if (!hasKind(world, ['revshare']) || !chance.chance(50)) return [];
  const customer = chance.below(world.customers.length);
  const at = (world.customers[customer]?.registeredAt ?? 0) + chance.between(1, 90) * DAY + 777;
  const common = { customer, product: 'casino', currency: world.baseCurrency, after: true as const };
  return [{ ...common, id: 'zl', kind: chance.pick(['bet', 'win']), at, amount: '120' }];
}

/** Somebody who fails KYC before the payment, or after it. */
function failed(chance: Chance, world: World): WorldEvent[] {
  if (world.customers.length === 0) return [];
  const customer = chance.below(world.customers.length);
  const at = chance.pick([PAID_AT - DAY, PAID_AT, PAID_AT + chance.between(1, 300) * DAY]);
  return [{ id: 'zk', kind: 'kyc_status', customer, at, kyc: 'failed', after: true }];
}
