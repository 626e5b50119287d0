// Why what a customer did earns nothing, whatever the components are (docs/deals.md "What pays nothing", semantics 15).
import type { World, WorldEvent } from '../world.ts';
import { settingsOf } from './clicks.ts';
import { barAt, bondAt, dealAt, gateAt, kycAt, lostInTheEnd } from './facts.ts';

/** Reasons that come before every component. */
export const STANDING = [
  'test_event',
  'unattributed',
  'no_deal',
  'self_excluded',
  'cooling_off',
  'blocked',
  'not_unique',
  'kyc_failed',
];

/** Some reason, of which the documents do not say which. */
export const LATER = 'any';

/** Kinds that somebody could earn on; what takes something back is judged by its original. */
const EARNING = [
  'deposit',
  'first_deposit',
  'withdrawal',
  'bet',
  'win',
  'activity_day',
  'challenge_purchased',
  'reset_purchased',
  'phase_passed',
  'funded',
  'trader_payout',
];

/** The first that bites, of each event of which it can be said; undefined where nothing does. */
export function standingOf(world: World): Map<string, string | undefined> {
  return new Map(
    world.events
      .filter(({ kind }) => EARNING.includes(kind))
      .map((event): [string, string | undefined] => [event.id, standing(world, event)]),
  );
}

function standing(world: World, event: WorldEvent): string | undefined {
  if (event.test === true) return 'test_event';
  const partner = bondAt(world, event.customer, event.at)?.partner ?? null;
  const isSimple =
    world.customers[event.customer]?.click === undefined && settingsOf(world).geo === undefined;
  if (partner === null) return isSimple ? 'unattributed' : LATER;
  if (dealAt(world, partner, event.at) === undefined) return 'no_deal';
  // What was lost in the end only may have had another reason before: of that nothing is said.
  const bars =
    barAt(world, event.customer, event.at) !== undefined ||
    kycAt(world, event.customer, event.at) === 'failed';
  return bars
    ? gateAt(world, event.customer, event.at)
    : lostInTheEnd(world, event.customer)
      ? LATER
      : undefined;
}
