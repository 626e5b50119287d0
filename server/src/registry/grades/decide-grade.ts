import {
  compareDecimals,
  decimal,
  formatDecimal,
  normalizeDecimal,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { addCalendarDays, addCalendarMonths, startOfDay, startOfMonth } from '../../kernel/zone.ts';
import type { GradeStep, GradeTerms } from '../deals/facts.ts';
import type { GradeProgress, GradeVerdict, SeenFigures } from './facts.ts';

export interface GradeQuestion {
  readonly terms: GradeTerms;
  /** The check. */
  readonly at: Instant;
  readonly zone: string;
  /** The grade in force at the check. */
  readonly before: string;
  /** Since which check too little was found without a break, before this one. */
  readonly belowBefore: Instant | null;
  readonly seen: SeenFigures;
}

/**
 * What a check decides (semantics.md 4.8, 5.9): the highest grade whose needs are met, by the ladder's rules of rise and fall. A need is
 * met at the very figure. Pure; the same question gives the same answer, so later evidence can be asked whether it would decide otherwise.
 */
export function decideGrade(question: GradeQuestion): GradeVerdict {
  const { terms, at, before, seen } = question;
  const { ladder } = terms;
  const reached = ladder.findLastIndex((step) => meetsNeeds(step, seen));
  const current = ladder.findIndex(({ grade }) => grade === before);
  const nameOf = (index: number): string => ladder[index]?.grade ?? before;
  const stays = { earned: nameOf(reached), before, after: before, effectiveFrom: at };
  if (reached === current) return { ...stays, belowSince: null };
  if (reached > current)
    return {
      ...stays,
      after: nameOf(terms.steps === 'one' ? current + 1 : reached),
      effectiveFrom: upgradeAt(question),
      belowSince: null,
    };
  const lower = nameOf(terms.steps === 'one' ? current - 1 : reached);
  const since = question.belowBefore ?? at;
  const from = downgradeAt(question, since);
  if (from === undefined) return { ...stays, belowSince: since };
  // A grade lower another grace begins.
  return { ...stays, after: lower, effectiveFrom: from, belowSince: from > at ? since : null };
}

function meetsNeeds({ needs, match }: GradeStep, seen: SeenFigures): boolean {
  const isMet = ({ metric, atLeast }: GradeStep['needs'][number]): boolean =>
    compareDecimals(decimal(seen[metric] ?? '0'), decimal(atLeast)) >= 0;
  return needs.length === 0 || (match === 'all' ? needs.every(isMet) : needs.some(isMet));
}

function upgradeAt({ terms, at, zone }: GradeQuestion): Instant {
  switch (terms.upgrade) {
    case 'immediate':
      return at;
    case 'next_day':
      return startOfDay(addCalendarDays(at, 1, zone), zone);
    case 'next_month':
      return addCalendarMonths(startOfMonth(at, zone), 1, zone);
  }
}

/** When the lower grade counts; undefined: not by this check. */
function downgradeAt({ terms, at, zone }: GradeQuestion, since: Instant): Instant | undefined {
  switch (terms.downgrade) {
    case 'immediate':
      return at;
    case 'period_end':
      return addCalendarMonths(startOfMonth(at, zone), 1, zone);
    case 'after_grace':
      return addCalendarMonths(since, terms.graceMonths, zone) <= at ? at : undefined;
    case 'never':
      return undefined;
  }
}

/** What is missing for the next grade above a partner's own; undefined at the top, or when the ladder does not know it. Pure. */
export function findProgress(
  { ladder }: GradeTerms,
  grade: string,
  seen: SeenFigures,
): GradeProgress | undefined {
  const place = ladder.findIndex((step) => step.grade === grade);
  const next = place < 0 ? undefined : ladder[place + 1];
  if (next === undefined) return undefined;
  return {
    grade: next.grade,
    match: next.match,
    needs: next.needs.map(({ metric, atLeast }) => {
      const own = decimal(seen[metric] ?? '0');
      const missing = subtractDecimals(decimal(atLeast), own);
      return {
        metric,
        atLeast,
        seen: formatDecimal(normalizeDecimal(own)),
        missing: compareDecimals(missing, decimal('0')) <= 0 ? '0' : formatDecimal(normalizeDecimal(missing)),
      };
    }),
  };
}
