import { addMicros, daysInMonth, maxInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { endOfPeriod, periodOf, previousPeriod } from '../../kernel/period.ts';
import { addCalendarDays, startOfDate } from '../../kernel/zone.ts';
import type { DealVersion, FlatFeeComponent } from '../../registry/deals/facts.ts';
import { findDealInForce } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { FeeAnchor } from './facts.ts';

/** A month for which a fixed amount is earned: it has ended by the program's clock, and the terms were in force at its end. */
export interface FeeMonth {
  /** First day, 'YYYY-MM-DD'. */
  readonly period: string;
  /** Days at whose end the terms were in force. */
  readonly days: number;
  /** Days of the month. */
  readonly of: number;
}

/** Most months of one fee: a hundred years. Terms that begin earlier earn for the last ones. */
const MOST_MONTHS = 1_200;

/**
 * The months that a partner earns a fixed amount for, oldest first. They begin where the terms say; where these are in force from the
 * beginning, or are the program's default, not before the partner came. What lies before a cut-over pays nothing (rules.md 1.8). Pure.
 */
export function listFeeMonths(program: ProgramSnapshot, partnerId: string, component: string): FeeMonth[] {
  return [...eachMonthBack(program, partnerId, component)].toReversed();
}

/** The newest one first. */
function* eachMonthBack(program: ProgramSnapshot, partnerId: string, component: string): Generator<FeeMonth> {
  const through = program.monthsEnded?.through;
  const starts = [...(program.dealsOf.get(partnerId) ?? []), ...program.defaultDeals]
    .filter((deal) => findFee(deal, component) !== undefined)
    .map((deal) => startOf(program, partnerId, deal))
    .filter((start) => Number.isFinite(start));
  if (through === undefined || starts.length === 0) return;
  const first = periodOf(
    maxInstant(Math.min(...starts) as Instant, program.cutOver.program ?? NEVER),
    program.zone,
  );
  let period = through;
  for (let count = 0; count < MOST_MONTHS && period >= first; count += 1) {
    const month = earnedIn(program, partnerId, { component, period });
    if (month !== undefined) yield month;
    period = previousPeriod(period);
  }
}

const NEVER = Number.NEGATIVE_INFINITY as Instant;

/** One scope for each fixed amount of each partner, by which all of its months are decided. Pure. */
export function listFeeAnchors(program: ProgramSnapshot): FeeAnchor[] {
  const byDefault = feesOf(program.defaultDeals);
  return [...program.partners.keys()].flatMap((partnerId) => {
    const components = new Set([...byDefault, ...feesOf(program.dealsOf.get(partnerId) ?? [])]);
    return [...components].flatMap((component) => {
      for (const { period } of eachMonthBack(program, partnerId, component))
        return [{ partnerId, component, period }];
      return [];
    });
  });
}

/** The facts version by which those scopes must have been decided (rules.md 3.6). */
export function findFeesVersion(program: ProgramSnapshot): number {
  return Math.max(program.wholeVersion, program.monthsEnded?.factsVersion ?? 0);
}

function feesOf(deals: readonly DealVersion[]): string[] {
  return deals.flatMap(({ document }) =>
    document.components.flatMap(({ id, kind }) => (kind === 'flat_fee' ? [id] : [])),
  );
}

function findFee(deal: DealVersion | undefined, component: string): FlatFeeComponent | undefined {
  const found = deal?.document.components.find(({ id }) => id === component);
  return found?.kind === 'flat_fee' ? found : undefined;
}

/** From when on a version earns for a partner; minus infinity: it is not known, and nothing is earned. */
function startOf(program: ProgramSnapshot, partnerId: string, deal: DealVersion): Instant {
  if (deal.partnerId !== null && Number.isFinite(deal.effectiveFrom)) return deal.effectiveFrom;
  const joined = program.partners.get(partnerId)?.joinedAt;
  return joined === undefined ? NEVER : maxInstant(deal.effectiveFrom, joined);
}

function earnedIn(
  program: ProgramSnapshot,
  partnerId: string,
  { component, period }: { readonly component: string; readonly period: string },
): FeeMonth | undefined {
  const ends = endOfPeriod(period, program.zone);
  const isEarnedAt = (end: Instant): FlatFeeComponent | undefined => {
    const deal = findDealInForce(program, partnerId, addMicros(end, -1));
    const fee = findFee(deal, component);
    if (deal === undefined || fee === undefined) return undefined;
    const start = maxInstant(startOf(program, partnerId, deal), program.cutOver.program ?? NEVER);
    return Number.isFinite(start) && start < end ? fee : undefined;
  };
  const fee = isEarnedAt(ends);
  if (fee === undefined) return undefined;
  const of = daysInMonth(Number(period.slice(0, 4)), Number(period.slice(5, 7)));
  return { period, of, days: fee.proRata ? countDays(program, { period, of }, isEarnedAt) : of };
}

function countDays(
  program: ProgramSnapshot,
  { period, of }: { readonly period: string; readonly of: number },
  isEarnedAt: (end: Instant) => unknown,
): number {
  const begins = startOfDate(period, program.zone);
  let days = 0;
  for (let day = 1; day <= of; day += 1)
    if (isEarnedAt(addCalendarDays(begins, day, program.zone)) !== undefined) days += 1;
  return days;
}
