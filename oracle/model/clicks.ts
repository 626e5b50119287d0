// Whose a customer is by clicks and codes (semantics 7, docs/attribution.md "Who wins"; defaults: code over click, a window of 90 days).
import type { Customer, World } from '../world.ts';
import { addDays } from './calendar.ts';

const WINDOW_DAYS = 90;

/** The same world with the winner as the partner of each registration. */
export function applyClicks(world: World): World {
  const winner = ({ partner, click, registeredAt }: Customer): number | null => {
    // A code has no window, and wins.
    if (partner !== null || click === undefined) return partner;
    const counts = click.at <= registeredAt && addDays(click.at, WINDOW_DAYS, world.zone) >= registeredAt;
    return counts ? click.partner : null;
  };
  return { ...world, customers: world.customers.map((one) => ({ ...one, partner: winner(one) })) };
}
