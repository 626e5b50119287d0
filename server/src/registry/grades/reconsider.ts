import type { Instant } from '../../kernel/instant.ts';
import type { ProgramSnapshot } from '../facts.ts';
import { askedOf } from './decide-checks.ts';
import { decideGrade } from './decide-grade.ts';
import type { GradeDecision, SeenFigures } from './facts.ts';
import { sumFigures } from './sum-figures.ts';
import type { FigureDay } from './sum-figures.ts';

/** What a check would decide now. */
export interface Otherwise {
  readonly after: string;
  readonly effectiveFrom: Instant;
  readonly figures: SeenFigures;
}

type Recorded = Pick<GradeDecision, 'dealId' | 'at' | 'before' | 'after' | 'effectiveFrom' | 'belowBefore'>;

/**
 * Asks a recorded check again, with the figures as they stand now: what it would decide, where that is something else
 * (`decision_would_differ`, rules.md 1.2). Undefined where it would decide the same. The recorded decision stands. Pure.
 */
export function reconsider(
  program: ProgramSnapshot,
  decision: Recorded,
  days: readonly FigureDay[],
): Otherwise | undefined {
  const terms = findGradeTerms(program, decision.dealId);
  if (terms === undefined) return undefined;
  const { at, before, belowBefore } = decision;
  const { seen } = sumFigures(program, days);
  const verdict = decideGrade({ terms, at, zone: program.zone, before, belowBefore, seen });
  if (verdict.after === decision.after && verdict.effectiveFrom === decision.effectiveFrom) return undefined;
  return { after: verdict.after, effectiveFrom: verdict.effectiveFrom, figures: askedOf(terms, seen) };
}

/** The ladder of a version of a deal; undefined where it is not known, or has none. */
export function findGradeTerms({ dealsOf, defaultDeals }: ProgramSnapshot, dealId: string | null) {
  const deals = [...defaultDeals, ...[...dealsOf.values()].flat()];
  return deals.find(({ id }) => id === dealId)?.document.grades ?? undefined;
}
