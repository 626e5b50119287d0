import { MONEY_METRICS } from './grade-terms.ts';
import type { DealDocument, GradeChange, GradeStep, GradeTerms } from './facts.ts';

const METRIC_WORDS: Readonly<Record<GradeStep['needs'][number]['metric'], string>> = {
  registrations: 'registrations',
  first_deposits: 'first deposits',
  active_customers: 'active customers',
  trades: 'trades',
  lots: 'lots',
  deposits: 'deposits',
  net_deposits: 'net deposits',
  purchases: 'purchases',
  ngr: 'NGR',
};

/** What a metric is called beside a number; money is in the base currency of the program. */
export function sayMetric(metric: GradeStep['needs'][number]['metric'], quantity: string): string {
  return MONEY_METRICS.has(metric)
    ? `${METRIC_WORDS[metric]} of ${quantity} (base currency of the program)`
    : `${quantity} ${METRIC_WORDS[metric]}`;
}

/** What a grade asks for: '1000 lots and 5 first deposits'. */
export function sayNeeds({ needs, match }: GradeStep): string {
  return needs
    .map(({ metric, atLeast }) => sayMetric(metric, atLeast))
    .join(match === 'all' ? ' and ' : ' or ');
}

/** The grades of a deal in plain words: who gets which, when it is checked, and what it pays. */
export function describeGrades({ grades, currency }: DealDocument): string[] {
  if (grades === null || grades === undefined) return [];
  const lowest = grades.ladder[0]?.grade ?? '';
  return [
    `The partner has a grade: ${grades.ladder.map(({ grade }) => `"${grade}"`).join(', ')}, from the lowest to the highest. It begins as "${grades.start ?? lowest}".`,
    ...grades.ladder
      .slice(1)
      .map((step) => `"${step.grade}" asks for at least ${sayNeeds(step)} ${sayWindow(grades)}.`),
    `It is checked ${sayCheck(grades)}, at midnight of the program; ${sayEffects(grades)}.`,
    ...grades.ladder.flatMap((step) => describeTerms(step, currency)),
    'What is settled by month follows the grade at the beginning of the month, everything else the grade at the instant of the event.',
  ];
}

export function sayWindow({ window, windowLength }: GradeTerms): string {
  if (window === 'lifetime') return 'ever';
  const unit = window === 'months' ? 'calendar month' : 'day';
  return windowLength === 1
    ? `in the ${unit} before the check`
    : `in the ${windowLength} ${unit}s before the check`;
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

function sayCheck({ check, checkDay }: GradeTerms): string {
  switch (check) {
    case 'day':
      return 'every day';
    case 'week':
      return `every ${DAYS[checkDay - 1] ?? 'week'}`;
    case 'month':
      return `on day ${checkDay} of every month`;
    case 'quarter':
      return `on day ${checkDay} of January, April, July and October`;
  }
}

const UPGRADES: Readonly<Record<GradeTerms['upgrade'], string>> = {
  immediate: 'a higher grade counts at once',
  next_day: 'a higher grade counts from the next day on',
  next_month: 'a higher grade counts from the next month on',
};

function sayEffects({ upgrade, downgrade, graceMonths, steps, approval }: GradeTerms): string {
  const down = {
    immediate: 'a lower one at once',
    period_end: 'a lower one from the next month on',
    after_grace: `a lower one only when too little was found for ${graceMonths === 1 ? 'a month' : `${graceMonths} months`}`,
    never: 'it is never lowered',
  }[downgrade];
  return [
    UPGRADES[upgrade],
    down,
    ...(steps === 'one' ? ['one step at a time'] : []),
    ...(approval === 'manual' ? ['and each change waits until a person agrees'] : []),
  ].join(', ');
}

function describeTerms({ grade, terms }: GradeStep, currency: string): string[] {
  return terms.map(
    (change) => `As "${grade}", component "${change.component}" pays ${sayChange(change, currency)}.`,
  );
}

interface Row {
  readonly rate: string;
  readonly symbol?: string;
  readonly group?: string;
  readonly accountType?: string;
  readonly account?: string;
}

function sayChange({ component: _component, ...fields }: GradeChange, currency: string): string {
  return Object.entries(fields)
    .map(([field, value]) => `${FIELD_WORDS[field] ?? field} ${sayValue(field, value, currency)}`)
    .join('; ');
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  rates: 'a rate of',
  overrides: 'an override of',
  giveUps: 'to the level above',
  giveUp: 'to the level above',
  amount: 'an amount of',
  override: 'an override of',
  percent: 'a share of',
  repeatPercent: 'for later purchases a share of',
  resetPercent: 'for resets a share of',
  overridePercent: 'of what the level below earned',
  ratios: 'ratios of',
};

function sayValue(field: string, value: unknown, currency: string): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value))
    return value
      .map((row: Row) => {
        const where = [row.account, row.symbol, row.group, row.accountType].filter(
          (part) => part !== undefined,
        );
        return where.length === 0 ? row.rate : `${row.rate} in ${where.join(' ')}`;
      })
      .join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, ratio]) => `${name} ${String(ratio)}`)
      .join(', ');
  if (field.endsWith('ercent')) return `${String(value)} %`;
  return field === 'amount' ? `${String(value)} ${currency}` : String(value);
}
