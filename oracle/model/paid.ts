// What is payable at an instant, and what takes back after it was paid (rules.md 2.7 and 5 "Clawback", docs/payments.md).
import type { World } from '../world.ts';
import { addDays, addMonths, dayStart, nextMonth, startOfMonth } from './calendar.ts';
import { kycAt, lostInTheEnd } from './facts.ts';
import { keyOf } from './line.ts';
import type { Line } from './line.ts';
import { roundMoney } from './money.ts';
import { add, div, isPositive, mul, ONE, q, sub, ZERO } from './rational.ts';
import type { Q } from './rational.ts';
import type { Clawback } from './terms.ts';

/** What was paid, and when: by the keys of lines. */
export interface Paid {
  readonly at: number;
  readonly keys: ReadonlySet<string>;
}

/** The share of a line that something takes back at the instant: all of what was not paid by then, else what the schedule says. */
export function shareBack(world: World, line: Line, at: number): Q {
  if (!wasPaid(world, keyOf(line), at) || line.terms === undefined) return ONE;
  return shareByAge(line.terms.clawback, { from: line.heldFrom ?? line.at ?? at, at, zone: world.zone });
}

/** Rules 2.7: whether the payment was made at the instant or before. */
export const wasPaid = ({ paid }: World, key: string, at: number): boolean =>
  paid !== undefined && paid.at <= at && paid.keys.has(key);

interface Age {
  readonly from: number;
  readonly at: number;
  readonly zone: string;
}

/** Rules 5 "Clawback": full calendar months; `before` is strict, `upTo` inclusive; older than the last step is nothing. */
export function shareByAge({ schedule }: Clawback, { from, at, zone }: Age): Q {
  if (schedule.length === 0) return ONE;
  let months = 0;
  while (addMonths(from, months + 1, zone) <= at) months += 1;
  const step = schedule.find(({ beforeMonth, upToMonth }) =>
    beforeMonth === undefined ? months <= (upToMonth ?? 0) : months < beforeMonth,
  );
  return div(q(step?.percent ?? '0'), q('100'));
}

/** docs/payments.md: approved, the hold over, nothing provisional. */
function isReleased(world: World, line: Line, at: number): boolean {
  const [, month] = /^period (\S+)$/.exec(line.of) ?? [];
  const days = line.terms?.holdDays ?? 0;
  if (month !== undefined)
    return (
      world.closed.some((closed) => closed >= month) &&
      holdEnd(startOfMonth(nextMonth(month), world.zone) - 1, days, world.zone) <= at
    );
  const from = line.heldFrom ?? line.at ?? 0;
  // Semantics 8: what is earned while KYC is pending is held until it has passed.
  if (line.customer !== undefined && kycAt(world, line.customer, from) === 'pending')
    if (!passesBetween(world, line.customer, from, at)) return false;
  return holdEnd(from, days, world.zone) <= at;
}

const passesBetween = (world: World, customer: number, from: number, until: number): boolean =>
  world.events.some(
    (event) => event.customer === customer && event.kyc === 'passed' && event.at >= from && event.at <= until,
  );

/** The midnight of the program that follows so many calendar days later. */
const holdEnd = (from: number, days: number, zone: string): number =>
  addDays(dayStart(addDays(from, days, zone), zone), 1, zone);

/** What can be paid at the instant, by partner and currency: "p0 USD". */
export function payableAt(world: World, lines: readonly Line[], at: number): Map<string, Q> {
  const sums = new Map<string, Q>();
  for (const line of lines)
    if (isReleased(world, line, at)) {
      const key = `p${line.partner} ${line.currency}`;
      sums.set(key, add(sums.get(key) ?? ZERO, line.amount));
    }
  return sums;
}

/** A person pays every partner everything that is payable. */
export function payAll(world: World, lines: readonly Line[], at: number): Paid {
  const payable = payableAt(world, lines, at);
  const keys = lines
    .filter(
      (line) =>
        isReleased(world, line, at) && isPositive(payable.get(`p${line.partner} ${line.currency}`) ?? ZERO),
    )
    .map(keyOf);
  return { at, keys: new Set(keys) };
}

/**
 * Semantics 8: of who failed KYC, or turned out to be a duplicate, after the payment what was paid stays; of a CPA less what the schedule says
 * where the deal claws back.
 */
export function stayingLines(world: World, before: readonly Line[], after: readonly Line[]): Line[] {
  const { paid } = world;
  if (paid === undefined) return [];
  const there = new Set(after.map(keyOf));
  return before.flatMap((line): Line[] => {
    const lost = lostAt(world, line.customer);
    if (lost === undefined || lost < paid.at || !paid.keys.has(keyOf(line)) || there.has(keyOf(line)))
      return [];
    const isCpa = line.of.startsWith('customer');
    if (!isCpa || line.terms?.clawbackOnKycFailed !== true) return [line];
    const share = shareByAge(line.terms.clawback, {
      from: line.heldFrom ?? 0,
      at: lost,
      zone: world.zone,
    });
    const taken = roundMoney(mul(line.amount, share), line.currency, line.rounding ?? 'half_even');
    return [{ ...line, amount: sub(line.amount, taken) }];
  });
}

function lostAt(world: World, customer: number | undefined): number | undefined {
  if (customer === undefined || !lostInTheEnd(world, customer)) return undefined;
  return world.events
    .filter(
      (event) =>
        event.customer === customer &&
        (event.kyc === 'failed' || (event.status === 'duplicate' && event.until === undefined)),
    )
    .map(({ at }) => at)
    .sort((a, b) => a - b)[0];
}
