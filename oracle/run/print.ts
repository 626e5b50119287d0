// A world as a person reads it: one line for each thing.
import type { World } from '../world.ts';
import { iso } from './doors.ts';

export function printWorld(world: World): string {
  const { zone, baseCurrency, partners, moves, deals, customers, reassignments, events, closed } = world;
  const at = (instant: number | null): string => (instant === null ? 'always' : iso(instant));
  return [
    `program in ${zone}, base ${baseCurrency}${closed.length === 0 ? '' : `, closed ${closed.join(' ')}`}`,
    ...[world.program, world.settingsLater].flatMap((one, index) =>
      one === undefined ? [] : [`settings${index === 0 ? '' : ' later'} ${JSON.stringify(one)}`],
    ),
    ...(world.grades ?? []).map((one) => `partner ${one.partner} is ${one.grade} from ${iso(one.at)}`),
    `parents ${partners.map(({ parent }) => parent ?? '-').join(' ')}`,
    ...moves.map((move) => `move of ${move.partner} under ${move.parent ?? '-'} at ${at(move.at)}`),
    ...deals.map(
      ({ partner, from, document }) =>
        `deal of ${partner ?? 'all'} from ${at(from)}: ${JSON.stringify(document)}`,
    ),
    ...customers.map(
      (one, index) =>
        `customer ${index} of ${one.partner ?? '-'} in ${one.country ?? '-'} at ${at(one.registeredAt)}${one.click === undefined ? '' : ` by a click for ${one.click.partner} at ${at(one.click.at)}`}`,
    ),
    ...reassignments.map((one) => `customer ${one.customer} to ${one.partner ?? '-'} at ${at(one.at)}`),
    ...(world.countries ?? []).map((one) => `customer ${one.customer} in ${one.country} at ${at(one.at)}`),
    ...(world.merges ?? []).map(
      (one) => `customer ${one.from} merged into ${one.into}${one.ended === true ? ', and that ended' : ''}`,
    ),
    ...[...events]
      .sort((a, b) => a.at - b.at)
      .map(
        ({ id, kind, customer, at: when, ...rest }) =>
          `${at(when)} ${id} ${kind} of ${customer} ${JSON.stringify(rest)}`,
      ),
  ].join('\n');
}
