import { compareDecimals, decimal, isZero } from '../../kernel/decimal.ts';
import type { DealProblem } from './document-reader.ts';
import { documentOfGrade } from './facts.ts';
import type { DealDocument, GradeStep, GradeTerms } from './facts.ts';

/** Largest day of a week. */
const SUNDAY = 7;

/**
 * What grades say that cannot be meant together or can never happen, and what is wrong with the terms that they lead to: `check` is asked
 * about the document of each grade. Pure.
 */
export function findGradeContradictions(
  document: DealDocument,
  check: (document: DealDocument) => readonly DealProblem[],
): DealProblem[] {
  const { grades } = document;
  if (grades === null || grades === undefined) return [];
  return [
    ...checkNames(grades),
    ...checkCalendar(grades),
    ...grades.ladder.flatMap((step, index) => [
      ...checkNeeds(grades, step, index),
      ...checkTerms(document, step, { index, check }),
    ]),
  ];
}

const at = (index: number): string => `$.grades.ladder[${index}]`;

function checkNames({ ladder, start }: GradeTerms): DealProblem[] {
  const names = ladder.map(({ grade }) => grade);
  return [
    ...names.flatMap((name, index) =>
      names.indexOf(name) < index
        ? [{ path: `${at(index)}.grade`, problem: 'is used twice; give each grade its own name' }]
        : [],
    ),
    ...(start === null || names.includes(start)
      ? []
      : [
          {
            path: '$.grades.start',
            problem: `"${start}" is not a grade of the ladder; use one of ${names.map((name) => `"${name}"`).join(', ')}`,
          },
        ]),
  ];
}

function checkCalendar({ check, checkDay, window, windowLength, ladder }: GradeTerms): DealProblem[] {
  const problems: DealProblem[] = [];
  if (check === 'week' && checkDay > SUNDAY)
    problems.push({
      path: '$.grades.checkDay',
      problem: 'must be from 1 (Monday) to 7 (Sunday) with check "week"',
    });
  const isMonth =
    window === 'months' && windowLength === 1 && checkDay === 1 && (check === 'month' || check === 'quarter');
  for (const [index, step] of ladder.entries())
    for (const [place, { metric }] of step.needs.entries())
      if (metric === 'active_customers' && !isMonth)
        problems.push({
          path: `${at(index)}.needs[${place}].metric`,
          problem:
            'cannot be active_customers here: different customers are counted by calendar month only; give window "months", windowLength 1, checkDay 1 and check "month" or "quarter"',
        });
  return problems;
}

function checkNeeds({ ladder }: GradeTerms, step: GradeStep, index: number): DealProblem[] {
  if (index === 0)
    return step.needs.length === 0
      ? []
      : [{ path: `${at(0)}.needs`, problem: 'must be left out: the lowest grade asks for nothing' }];
  if (step.needs.length === 0)
    return [{ path: `${at(index)}.needs`, problem: 'must say what is asked for, else every partner has it' }];
  const before = ladder[index - 1];
  return [
    ...step.needs.flatMap(({ metric, atLeast }, place) => [
      ...(isZero(decimal(atLeast))
        ? [
            {
              path: `${at(index)}.needs[${place}].atLeast`,
              problem: 'must be more than 0, else it is always met',
            },
          ]
        : []),
      ...(step.needs.findIndex((need) => need.metric === metric) < place
        ? [{ path: `${at(index)}.needs[${place}].metric`, problem: 'stands there twice; keep one' }]
        : []),
    ]),
    ...(before !== undefined && index > 1 && asksNoMore(step, before)
      ? [
          {
            path: `${at(index)}.needs`,
            problem: `must ask for more than "${before.grade}", else nobody is ever "${before.grade}"`,
          },
        ]
      : []),
  ];
}

/** True when whoever has what the lower grade asks for has what the upper one asks for too. */
function asksNoMore(upper: GradeStep, lower: GradeStep): boolean {
  const isMet = ({ metric, atLeast }: GradeStep['needs'][number]): boolean =>
    lower.needs.some(
      (need) => need.metric === metric && compareDecimals(decimal(atLeast), decimal(need.atLeast)) <= 0,
    );
  if (lower.match === 'any' && lower.needs.length > 1) return false;
  return upper.match === 'all' ? upper.needs.every(isMet) : upper.needs.some(isMet);
}

/** The terms that a grade leads to, and nothing that is wrong without it. */
function checkTerms(
  document: DealDocument,
  step: GradeStep,
  {
    index,
    check,
  }: { readonly index: number; readonly check: (document: DealDocument) => readonly DealProblem[] },
): DealProblem[] {
  const components = step.terms.map(({ component }) => component);
  const twice = components.flatMap((component, place) =>
    components.indexOf(component) < place
      ? [{ path: `${at(index)}.terms[${place}].component`, problem: 'stands there twice; say it in one' }]
      : [],
  );
  const known = new Set(check(document).map(({ path, problem }) => `${path} ${problem}`));
  const found = check(documentOfGrade(document, step.grade)).filter(
    ({ path, problem }) => !known.has(`${path} ${problem}`),
  );
  return [
    ...twice,
    ...found.map(({ path, problem }) => ({ path: placeOf(document, step, { path, index }), problem })),
  ];
}

/** Where the document says it: at the change of the component that the path names. */
function placeOf(
  { components }: DealDocument,
  step: GradeStep,
  { path, index }: { readonly path: string; readonly index: number },
): string {
  const [, place, rest = ''] = /^\$\.components\[(\d+)\](.*)$/.exec(path) ?? [];
  const id = components[Number(place)]?.id;
  const change = step.terms.findIndex(({ component }) => component === id);
  return change < 0 ? `${at(index)}.terms` : `${at(index)}.terms[${change}]${rest}`;
}
