import { addMicros } from '../../kernel/instant.ts';
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
 * partners came under such deals. Infinity: none. Checks before the last one are not made up for. Pure.
 */
export function nextRound(program: ProgramSnapshot, through: Instant | undefined): Instant {
  const ladders = listLadders(program);
  const after = through ?? beginningOf(program, ladders);
  if (ladders.length === 0 || !Number.isFinite(after)) return NEVER;
  return Math.min(
    ...ladders.flatMap(({ document: { grades } }) =>
      grades === null || grades === undefined ? [] : [nextCheck(grades, after, program.zone)],
    ),
  ) as Instant;
}

function beginningOf(program: ProgramSnapshot, ladders: readonly DealVersion[]): Instant {
  const own = ladders.flatMap(({ partnerId, effectiveFrom }) =>
    partnerId !== null && Number.isFinite(effectiveFrom) ? [effectiveFrom] : [],
  );
  const joined = [...program.partners.values()].flatMap(({ joinedAt }) => joinedAt ?? []);
  return Math.min(NEVER, ...own, ...joined) as Instant;
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
