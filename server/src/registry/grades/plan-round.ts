import { addMicros, maxInstant, minInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { DealVersion, GradeTerms } from '../deals/facts.ts';
import { findDealInForce } from '../facts.ts';
import type { ProgramSnapshot } from '../facts.ts';
import { isCheck, nextCheck } from './check-instants.ts';

export const NEVER = Number.POSITIVE_INFINITY as Instant;
const BEGINNING = Number.NEGATIVE_INFINITY as Instant;

/** A partner whose grade a check decides, with the terms and the grade that it finds. */
export interface CheckedPartner {
  readonly partnerId: string;
  readonly deal: DealVersion;
  readonly terms: GradeTerms;
  readonly before: string;
}

/** Versions of deals with grades, of all partners. */
export function listLadders({ dealsOf, defaultDeals }: ProgramSnapshot): DealVersion[] {
  return [...defaultDeals, ...[...dealsOf.values()].flat()].filter(({ document }) => hasGrades(document));
}

function hasGrades({ grades }: DealVersion['document']): boolean {
  return grades !== null && grades !== undefined;
}

/**
 * The next instant at which a deal of the program asks for a check, after the last one that was decided; where there was none, after its
 * partners came under such deals, or after now where there is nobody yet. Infinity: none. Checks before the last one are not made up for. Pure.
 */
export function nextRound(
  program: ProgramSnapshot,
  { through, now }: { readonly through: Instant | undefined; readonly now: Instant },
): Instant {
  const ladders = listLadders(program);
  const begins = through ?? beginningOf(program, ladders);
  const after = Number.isFinite(begins) ? begins : now;
  return Math.min(
    NEVER,
    ...ladders.flatMap(({ document: { grades } }) =>
      grades === null || grades === undefined ? [] : [nextCheck(grades, after, program.zone)],
    ),
  ) as Instant;
}

function beginningOf(program: ProgramSnapshot, ladders: readonly DealVersion[]): Instant {
  let joined: Instant = NEVER;
  for (const { joinedAt } of program.partners.values()) joined = minInstant(joined, joinedAt ?? NEVER);
  return ladders.reduce(
    (first, { partnerId, effectiveFrom }) =>
      minInstant(
        first,
        partnerId !== null && Number.isFinite(effectiveFrom)
          ? effectiveFrom
          : maxInstant(effectiveFrom, joined),
      ),
    NEVER,
  );
}

/**
 * Whose grade a check decides: partners whose deal until that instant asks for one then, and who were there before it. Terms of one's own
 * that begin at an instant say since when; else the partner's coming does. Pure.
 */
export function listChecked(program: ProgramSnapshot, at: Instant): CheckedPartner[] {
  const asksNow = new Map<string, boolean>();
  const asks = ({ id, document: { grades } }: DealVersion): boolean => {
    const known =
      asksNow.get(id) ?? (grades !== null && grades !== undefined && isCheck(grades, at, program.zone));
    asksNow.set(id, known);
    return known;
  };
  return [...program.partners.values()].flatMap(({ id, joinedAt }): CheckedPartner[] => {
    const deal = findDealInForce(program, id, addMicros(at, -1), at);
    const terms = deal?.document.grades;
    if (deal?.grade === undefined || terms === null || terms === undefined || !asks(deal)) return [];
    const since =
      deal.partnerId !== null && Number.isFinite(deal.effectiveFrom) ? deal.effectiveFrom : joinedAt;
    if ((since ?? BEGINNING) >= at) return [];
    return [{ partnerId: id, deal, terms, before: deal.grade.name }];
  });
}
