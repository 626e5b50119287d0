import { derivedUuid } from '../../kernel/digest.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { GradeTerms } from '../deals/facts.ts';
import type { ProgramSnapshot } from '../facts.ts';
import { windowOf } from './check-instants.ts';
import { decideGrade } from './decide-grade.ts';
import type { CheckDecision, GradeWindow, SeenFigures } from './facts.ts';
import type { CheckedPartner } from './plan-round.ts';
import { sumFigures } from './sum-figures.ts';
import type { FigureDay } from './sum-figures.ts';

/** What a check asks of the world. */
export interface CheckQuestion {
  readonly at: Instant;
  readonly partners: readonly CheckedPartner[];
  readonly figuresOf: (partnerId: string, window: GradeWindow) => readonly FigureDay[];
  /** The last decision before this check; undefined: none. */
  readonly lastOf: (
    partnerId: string,
  ) => { readonly belowSince: Instant | null; readonly effectiveFrom: Instant } | undefined;
  /** How far the evidence stood. */
  readonly saw: object;
}

/**
 * The decisions of a check, one for each partner, with what it saw. The id is that of partner and check, so it cannot be decided twice.
 * Pure.
 */
export function decideChecks(program: ProgramSnapshot, question: CheckQuestion): CheckDecision[] {
  const { at, partners, saw } = question;
  return partners.map(({ partnerId, deal, terms, before }) => {
    const window = windowOf(terms, at, program.zone);
    const { seen, withoutRate } = sumFigures(program, question.figuresOf(partnerId, window));
    const last = question.lastOf(partnerId);
    const belowBefore = last?.belowSince ?? null;
    const verdict = decideGrade({ terms, at, zone: program.zone, before, belowBefore, seen });
    const isChange = verdict.after !== verdict.before;
    return {
      id: derivedUuid('plumbline:grade-check', program.id, partnerId, formatInstant(at)),
      partnerId,
      kind: 'check',
      at,
      dealId: deal.id,
      ...verdict,
      belowBefore,
      seen: {
        ...saw,
        window,
        figures: askedOf(terms, seen),
        ...(withoutRate.length === 0 ? {} : { withoutRate }),
      },
      needsApproval: isChange && terms.approval === 'manual',
      // What an earlier check had foreseen for later falls away too.
      matters: isChange || (last !== undefined && last.effectiveFrom > at),
      reason: null,
    };
  });
}

/** Of the figures those that the ladder asks for. */
export function askedOf({ ladder }: GradeTerms, seen: SeenFigures): SeenFigures {
  const asked = new Set(ladder.flatMap(({ needs }) => needs.map(({ metric }) => metric)));
  return Object.fromEntries(
    [...asked].toSorted().map((metric): [string, string] => [metric, seen[metric] ?? '0']),
  );
}
