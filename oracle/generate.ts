// Worlds from a number: programs, trees, deals over the components of docs/deals.md, customers, and what happened. Everything that is
// generated is valid by the documents; what the product refuses nevertheless is counted and shown.
import { openChance } from './chance.ts';
import { FIRST_PAID, payLater } from './enrich-paid.ts';
import { enrich, FIRST_RICH } from './enrich.ts';
import type { Chance } from './chance.ts';
import { generateDeal } from './generate-deal.ts';
import { generateEvents } from './generate-events.ts';
import type { World } from './world.ts';

export const BEGIN = Date.parse('2026-01-01T00:00:00Z');
export const END = Date.parse('2026-05-28T00:00:00Z');
export const NOW = Date.parse('2026-06-10T12:00:00Z');
export const DAY = 86_400_000;

/** What a world is about; each asks for other components and other events. */
export const FLAVOURS = ['forex', 'gaming', 'gaming', 'prop', 'mixed', 'mixed', 'fees'] as const;
export type Flavour = (typeof FLAVOURS)[number];

const ZONES = ['UTC', 'UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'] as const;
const COUNTRIES = ['DE', 'AT', 'FR', null] as const;

/** World n is the same for ever; those from FIRST_RICH on have more in them (enrich.ts), from FIRST_PAID on they are paid (enrich-paid.ts). */
export function generateWorld(seed: number): World {
  if (seed < FIRST_RICH) return plainWorld(seed);
  const rich = enrich(plainWorld(seed), seed);
  return seed < FIRST_PAID ? rich : payLater(rich, seed);
}

function plainWorld(seed: number): World {
  const chance = openChance(seed);
  const flavour = chance.pick(FLAVOURS);
  const zone = chance.pick(ZONES);
  const baseCurrency = chance.chance(80) ? 'USD' : 'EUR';
  const partners = tree(chance);
  const customers = Array.from({ length: chance.between(1, 4) }, () => ({
    registeredAt: BEGIN + chance.below(20 * DAY),
    partner: chance.chance(95) ? chance.below(partners.length) : null,
    country: chance.pick(COUNTRIES),
  }));
  const events = generateEvents(chance, { flavour, customers, zone, baseCurrency });
  const closes = chance.chance(25);
  const late = closes && flavour === 'gaming' && chance.chance(40) ? 'current_period' : undefined;
  return {
    zone,
    baseCurrency,
    partners,
    moves: moves(chance, partners.length),
    deals: deals(chance, { flavour, zone, partners: partners.length, baseCurrency, late }),
    customers,
    reassignments: chance.chance(20)
      ? [
          {
            customer: chance.below(customers.length),
            partner: chance.below(partners.length),
            at: BEGIN + 25 * DAY + chance.below(90 * DAY),
          },
        ]
      : [],
    events: closes ? events.map((event) => (chance.chance(20) ? { ...event, late: true } : event)) : events,
    closed: closes ? ['2026-01', '2026-02', '2026-03'].slice(0, chance.between(1, 3)) : [],
    now: NOW,
  };
}

/** One to five partners; often a chain, so that many levels earn. */
function tree(chance: Chance): World['partners'] {
  const count = chance.between(1, 5);
  const chain = chance.chance(50);
  return Array.from({ length: count }, (_, index) => ({
    parent: index === 0 ? null : chain ? index - 1 : chance.chance(85) ? chance.below(index) : null,
  }));
}

function moves(chance: Chance, partners: number): World['moves'] {
  if (partners < 3 || !chance.chance(25)) return [];
  const partner = chance.between(1, partners - 1);
  // A parent has always a smaller number, so no move closes a circle.
  const parent = chance.chance(80) ? chance.below(partner) : null;
  return [{ partner, parent, at: BEGIN + chance.below(100 * DAY) }];
}

interface DealParts {
  readonly flavour: Flavour;
  readonly zone: string;
  readonly partners: number;
  readonly baseCurrency: string;
  readonly late: 'current_period' | undefined;
}

/** A default deal, mostly; own deals for some, of which levels need counterparts of the same id. */
function deals(chance: Chance, { flavour, zone, partners, baseCurrency, late }: DealParts): World['deals'] {
  const plan = generateDeal(chance, { flavour, zone, baseCurrency, late });
  const all: World['deals'][number][] = [];
  if (flavour !== 'fees' && chance.chance(80)) all.push(...plan.versions(null));
  for (let partner = 0; partner < partners; partner += 1)
    if (chance.chance(50) || all.length === 0) all.push(...plan.versions(partner));
  if (flavour !== 'fees') return all;
  // A fixed amount begins with its deal, on any day.
  return all
    .filter(({ from }) => from === null)
    .map((deal) => ({ ...deal, from: BEGIN + chance.below(110 * DAY) }));
}
