// Why what a customer did earns nothing, whatever the components are (docs/deals.md "What pays nothing", semantics 15).
import type { World, WorldEvent } from '../world.ts';
import { bondAt, dealAt, gateAt } from './facts.ts';

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
  if (partner === null) return 'unattributed';
  if (dealAt(world, partner, event.at) === undefined) return 'no_deal';
  return gateAt(world, event.customer, event.at);
}
