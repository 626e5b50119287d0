import type { CpaComponent, DealDocument, PerLotComponent, RateRow } from './facts.ts';

/** A deal in plain words, one sentence a line, for the terms that a partner reads. Rates always come with their basis (semantics.md 2.9). */
export function describeDeal(document: DealDocument): string[] {
  return [
    ...document.components.flatMap((component) =>
      component.kind === 'per_lot'
        ? describePerLot(component, document)
        : describeCpa(component, document.currency),
    ),
    `Amounts are rounded once per line to the smallest unit of ${document.currency}${document.rounding === 'half_even' ? ', halves to the even neighbour' : ', halves away from zero'}.`,
  ];
}

function describePerLot(component: PerLotComponent, { currency, symbolGroups }: DealDocument): string[] {
  const rates = component.rates.map(
    (row) => `${row.rate} ${currency} per lot (round turn) ${describeSelector(row, symbolGroups)}`,
  );
  const overrides = component.overrides.map(
    (row) => `${row.rate} ${currency} per lot ${describeSelector(row, symbolGroups)}`,
  );
  const minimum = component.minimumDurationSeconds;
  return [
    `For each closed trade, component "${component.id}" pays ${rates.join('; ')}. The most specific rate counts.`,
    ...(minimum === 0 ? [] : [`A trade that was open for less than ${minimum} seconds pays nothing.`]),
    ...(component.excludedSymbols.length === 0
      ? []
      : [`Trades in ${component.excludedSymbols.join(', ')} pay nothing.`]),
    describeMode(component.levels),
    ...(overrides.length === 0
      ? []
      : [
          `On trades of customers of partners below, where fixed overrides apply, this deal earns ${overrides.join('; ')}.`,
        ]),
    describeHold(component.holdDays, 'the trade'),
  ];
}

function describeSelector(row: RateRow, groups: DealDocument['symbolGroups']): string {
  const parts = [
    ...(row.symbol === undefined ? [] : [`in ${row.symbol}`]),
    ...(row.group === undefined ? [] : [`in ${row.group} (${(groups[row.group] ?? []).join(', ')})`]),
    ...(row.accountType === undefined ? [] : [`on accounts of type ${row.accountType}`]),
  ];
  return parts.length === 0 ? 'in everything else' : parts.join(' ');
}

function describeCpa(component: CpaComponent, currency: string): string[] {
  const minimum =
    component.minimumDeposit === '0'
      ? 'the first deposit'
      : `a first deposit of at least ${component.minimumDeposit} ${currency}`;
  const window = component.windowDays === null ? '' : ` within ${component.windowDays} days of registration`;
  const kyc = component.requireKyc ? ', once KYC has passed' : '';
  return [
    `Component "${component.id}" pays ${component.amount} ${currency} once per customer for ${minimum}${window}${kyc}.`,
    `The terms are those in force ${component.termsAt === 'attribution' ? 'when the customer was attributed' : 'when the customer qualifies'}.`,
    describeMode(component.levels),
    ...(component.override === null
      ? []
      : [
          `On customers of partners below, where fixed overrides apply, this deal earns ${component.override} ${currency}.`,
        ]),
    describeHold(component.holdDays, 'qualification'),
  ];
}

function describeMode({ mode, maxDepth }: PerLotComponent['levels']): string {
  const rule =
    mode === 'difference'
      ? 'the difference between their own rate and the highest rate below'
      : 'a fixed override on top';
  return `Partners above earn ${rule}, by their own deals, over at most ${maxDepth} levels with this one.`;
}

function describeHold(days: number, from: string): string {
  return days === 0
    ? `It is held until the end of the day of ${from}.`
    : `It is held for ${days} days from ${from}, until the end of that day.`;
}
