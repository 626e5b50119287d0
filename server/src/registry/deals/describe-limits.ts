import type { CapTerms, ClawbackTerms, OnlyTerms, TierTerms } from './facts.ts';

/** What a component pays on, where it is not everything. */
export function describeOnly({
  products,
  brands,
  countries,
  exceptCountries,
  accountTypes,
}: OnlyTerms): string[] {
  const parts = [
    ...(products.length === 0 ? [] : [`products ${products.join(', ')}`]),
    ...(brands.length === 0 ? [] : [`brands ${brands.join(', ')}`]),
    ...(countries.length === 0 ? [] : [`customers in ${countries.join(', ')}`]),
    ...(exceptCountries.length === 0 ? [] : [`customers outside ${exceptCountries.join(', ')}`]),
    ...(accountTypes.length === 0 ? [] : [`accounts of type ${accountTypes.join(', ')}`]),
  ];
  return parts.length === 0 ? [] : [`It pays only for ${parts.join(' and ')}.`];
}

const WINDOWS: Readonly<Record<TierTerms['window'], string>> = {
  period: 'the month',
  lifetime: 'all time',
  rolling_90: 'the last 90 days',
  rolling_365: 'the last 365 days',
};

/** The steps of a rate; `unit` is what a rate is money or per cent of: 'USD per lot', '% of the purchase'. */
export function describeTiers(tiers: TierTerms | null, unit: string): string[] {
  if (tiers === null) return [];
  const bands = tiers.bands.map(({ upTo, rate }, index) => {
    const before = tiers.bands[index - 1]?.upTo;
    if (upTo === null)
      return before === undefined || before === null ? `${rate} ${unit}` : `above that ${rate} ${unit}`;
    return `up to ${upTo} ${rate} ${unit}`;
  });
  const how =
    tiers.method === 'marginal'
      ? 'each step at its own rate'
      : 'the step that is reached applies to everything';
  const edge = tiers.edge === 'lower' ? 'the lower' : 'the upper';
  const least =
    tiers.atLeast === null
      ? []
      : [
          `With fewer than ${tiers.atLeast.count} ${tiers.atLeast.metric.replaceAll('_', ' ')} in the month the first step applies to everything.`,
        ];
  return [
    `By ${tiers.metric.replaceAll('_', ' ')} of ${WINDOWS[tiers.window]}: ${bands.join('; ')}; ${how}. A total on a bound belongs to ${edge} step.`,
    ...least,
  ];
}

const SPANS: Readonly<Record<CapTerms['per'], string>> = {
  day: 'a day',
  week: 'a week',
  period: 'a month',
  lifetime: 'in total',
};

/** Upper limits of a day, a week, a period or for ever. */
export function describeCaps(caps: readonly CapTerms[], currency: string): string[] {
  return caps.map(({ by, per, limit, countries, overflow }) => {
    const what = by === 'money' ? `${limit} ${currency}` : `${limit} payments`;
    const where = countries.length === 0 ? '' : ` for customers in ${countries.join(', ')}`;
    const rest = {
      reject: 'is not paid',
      queue_next_period: 'waits for the next month and is paid first',
      revshare_fallback: 'is not paid, and these customers count for the share of revenue instead',
    }[overflow];
    return `It pays at most ${what} ${SPANS[per]}${where}; what is above ${rest}.`;
  });
}

/** What is taken back after payment. */
export function describeClawback({ schedule, review }: ClawbackTerms, of: string): string[] {
  const steps = schedule.map(({ beforeMonth, upToMonth, percent }) =>
    beforeMonth === null
      ? `${percent} % up to month ${upToMonth ?? 0} inclusive`
      : `${percent} % before month ${beforeMonth}`,
  );
  const said = `A chargeback of ${of} takes the amount back: all of it before payment, and after payment ${
    steps.length === 0 ? 'all of it too' : `${steps.join(', ')}, and nothing later`
  }; never more than was paid.`;
  return review ? [said, 'What is taken back after payment is reviewed by a person first.'] : [said];
}
