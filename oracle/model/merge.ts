// Merges (rules.md 2.15, docs/identity.md "Merging"): the world as it is once two customers are one person.
import type { Customer, World, WorldEvent } from '../world.ts';

/** The same world without merges: who was merged away has nothing any more. A merge that ended has never been. */
export function applyMerges(world: World): World {
  return (world.merges ?? [])
    .filter(({ ended }) => ended !== true)
    .reduce<World>((before, merge) => joined(before, merge), { ...world, merges: [] });
}

function joined(world: World, { from, into }: { readonly from: number; readonly into: number }): World {
  const [lost, stays] = [world.customers[from], world.customers[into]];
  if (lost === undefined || stays === undefined) return world;
  const [first, second] = lost.registeredAt < stays.registeredAt ? [lost, stays] : [stays, lost];
  const both: Customer = {
    ...stays,
    registeredAt: first.registeredAt,
    partner: first.partner,
    country: first.country ?? second.country,
    ...(first.click === undefined ? {} : { click: first.click }),
    alsoRegisteredAt: [
      ...(stays.alsoRegisteredAt ?? []),
      ...(lost.alsoRegisteredAt ?? []),
      second.registeredAt,
    ],
  };
  return {
    ...world,
    customers: world.customers.map((one, index) =>
      index === into ? both : index === from ? { ...one, partner: null, mergedAway: true } : one,
    ),
    // Every attribution by hand was decided before the merge; those of the other registration fall away (docs/identity.md "Merging").
    reassignments: world.reassignments
      .filter(({ customer }) => customer !== (first === lost ? into : from))
      .map((one) => (one.customer === from ? { ...one, customer: into } : one)),
    countries: (world.countries ?? []).map((one) =>
      one.customer === from ? { ...one, customer: into } : one,
    ),
    events: world.events.map((event) => (event.customer === from ? moved(event, into) : event)),
  };
}

/** That the other was a duplicate is settled by the merge. */
function moved(event: WorldEvent, into: number): WorldEvent {
  if (event.status !== 'duplicate') return { ...event, customer: into };
  const { status: _status, until: _until, ...rest } = event;
  return { ...rest, customer: into };
}
