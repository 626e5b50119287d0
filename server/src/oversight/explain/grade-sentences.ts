// What is said of the grade that an amount is paid by: since when, who decided it, and what was seen. Names no partner.
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import { wireId } from '../../kernel/ids.ts';
import type { HeldGrade } from '../../registry/deals/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { GradeFact } from '../../registry/grades/facts.ts';
import type { ExplainNode } from './facts.ts';
import { sayDate } from './wording.ts';

type Graded = Pick<ProgramSnapshot, 'grades' | 'zone'>;

/** The grade that a line was paid by, as its basis keeps it; undefined where its deal has none. */
export function gradeOfBasis(basis: Readonly<Record<string, string>>): HeldGrade | undefined {
  const { grade, gradeSince, gradeDecision } = basis;
  if (grade === undefined) return undefined;
  return {
    name: grade,
    since: gradeSince === undefined ? null : instantFromIso(gradeSince),
    decisionId: gradeDecision ?? null,
  };
}

/** One sentence, or none. */
export function sayGrade(program: Graded, partnerId: string, grade: HeldGrade | undefined): string[] {
  if (grade === undefined) return [];
  if (grade.since === null)
    return [`It is paid as grade "${grade.name}", with which every partner of this deal begins.`];
  const since = `It is paid as grade "${grade.name}" since ${sayDate(grade.since, program.zone)}`;
  const fact = findFact(program, partnerId, grade);
  if (fact === undefined) return [`${since}.`];
  if (fact.bySomebody) return [`${since}: people decided it.`];
  return [`${since}: the check of ${sayDate(fact.at, program.zone)} ${saySeen(fact)}.`];
}

function saySeen({ saw }: GradeFact): string {
  const figures = Object.entries(saw?.figures ?? {}).map(
    ([metric, value]) => `${value} ${metric.replaceAll('_', ' ')}`,
  );
  if (saw === undefined || figures.length === 0) return 'decided it';
  return `saw ${figures.join(', ')} ${saw.window.from === null ? 'of all time' : `from ${saw.window.from}`} until the day before ${saw.window.to}`;
}

/** The decision behind a grade by reference and by value; none where nothing was decided. */
export function gradeNodes(program: Graded, partnerId: string, grade: HeldGrade | undefined): ExplainNode[] {
  if (grade === undefined || grade.decisionId === null) return [];
  const fact = findFact(program, partnerId, grade);
  const value = {
    grade: grade.name,
    since: grade.since === null ? null : formatInstant(grade.since),
    ...(fact === undefined
      ? {}
      : {
          decidedBy: fact.bySomebody ? 'people' : 'check',
          at: formatInstant(fact.at),
          before: fact.before,
          after: fact.after,
          ...(fact.saw === undefined ? {} : { saw: fact.saw }),
        }),
  };
  return [
    {
      kind: 'grade',
      title: `Grade ${grade.name}`,
      ref: wireId('grd', grade.decisionId),
      value,
      children: [],
    },
  ];
}

function findFact({ grades }: Graded, partnerId: string, { decisionId }: HeldGrade): GradeFact | undefined {
  return grades?.get(partnerId)?.find((fact) => fact.decisionId === decisionId);
}
