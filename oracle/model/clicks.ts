// Whose a customer is by clicks and codes (semantics 7, docs/attribution.md "Who wins"; defaults: code over click, a window of 90 days).
import type { Customer, World } from '../world.ts';
import { addDays } from './calendar.ts';

const WINDOW_DAYS = 90;

interface Settings {
  readonly attribution?: { readonly winner?: string; readonly windowDays?: number };
  readonly geo?: { readonly blocked?: readonly string[]; readonly licensed?: readonly string[] };
  readonly reassignment?: { readonly tradesBy?: 'close' | 'open' };
}

/** Settings of the program; one that is changed decides every customer again (docs/attribution.md). */
export const settingsOf = (world: World): Settings =>
  ({ ...world.program, ...world.settingsLater }) as Settings;

/** The same world with the winner as the partner of each registration. */
export function applyClicks(world: World): World {
  const { attribution, geo } = settingsOf(world);
  const winner = ({ partner, click, registeredAt, country }: Customer): number | null => {
    // Semantics 8: blocked at the registration.
    if (country !== null && geo?.blocked?.includes(country) === true) return null;
    if (geo?.licensed !== undefined && (country === null || !geo.licensed.includes(country))) return null;
    const days = attribution?.windowDays ?? WINDOW_DAYS;
    const counts =
      click !== undefined && click.at <= registeredAt && addDays(click.at, days, world.zone) >= registeredAt;
    if (attribution?.winner === 'last_click' && counts) return click.partner;
    // A code has no window, and wins.
    return partner !== null || !counts ? partner : click.partner;
  };
  return { ...world, customers: world.customers.map((one) => ({ ...one, partner: winner(one) })) };
}
