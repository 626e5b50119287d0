// What additions to worlds are made of (enrich.ts).
import type { Chance } from './chance.ts';
import type { ComponentDocument, World, WorldEvent } from './world.ts';

/** An instant in the gap of rates.ts: no rate of at most five days is known. */
export const NO_RATES = Date.parse('2026-03-20T12:00:00Z');

export const MINUTE = 60_000;
export const DAY = 86_400_000;
export const END = Date.parse('2026-05-28T00:00:00Z');
export const TRADES = ['per_lot', 'per_million', 'spread_share', 'commission_share'];

export type Addition = (chance: Chance, world: World) => World;

export const hasKind = (world: World, kinds: readonly string[]): boolean =>
  world.deals.some(({ document }) => document.components.some(({ kind }) => kinds.includes(kind)));

/** Every component of these kinds, in all deals alike. */
export function change(
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
export function withEvents(world: World, more: readonly WorldEvent[]): World {
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

export const registeredAt = (world: World, customer: number): number =>
  world.customers[customer]?.registeredAt ?? 0;

export const anyCustomer = (chance: Chance, world: World): number => chance.below(world.customers.length);
