import type { GradeDecision, PartnerGrade } from '../../../api/grades.ts';
import { groupedDecimal } from '../../../components/number-format.ts';

type Need = NonNullable<PartnerGrade['next']>['needs'][number];

/** How far a need is met, 0 to 100; a need that asks for nothing is met. */
export function shareOf({ seen, atLeast }: Pick<Need, 'seen' | 'atLeast'>): number {
  const [has, asks] = [Number(seen), Number(atLeast)];
  if (asks <= 0 || has >= asks) return 100;
  // Never shown as whole while something is missing.
  return has <= 0 ? 0 : Math.min(99, Math.floor((has / asks) * 100));
}

/** `12 of 100 lots`. */
export function sayNeed({ metric, seen, atLeast }: Pick<Need, 'metric' | 'seen' | 'atLeast'>): string {
  return `${groupedDecimal(seen)} of ${groupedDecimal(atLeast)} ${metric.replaceAll('_', ' ')}`;
}

/** What a decision did: `bronze → gold`, or `gold, as before`. */
export function sayChange({ before, after }: Pick<GradeDecision, 'before' | 'after'>): string {
  return before === after ? `${after}, as before` : `${before} → ${after}`;
}

/** Why: what the check counted, or what a person said. */
export function sayWhy({ seen, reason }: Pick<GradeDecision, 'seen' | 'reason'>): string {
  if (seen === null) return reason ?? '';
  const counted = Object.entries(seen.figures).map(
    ([metric, value]) => `${groupedDecimal(value)} ${metric.replaceAll('_', ' ')}`,
  );
  const left = seen.withoutRate.length === 0 ? '' : `; without a rate: ${seen.withoutRate.join(', ')}`;
  return `${counted.length === 0 ? 'nothing' : counted.join(', ')} until ${seen.until}${left}`;
}
