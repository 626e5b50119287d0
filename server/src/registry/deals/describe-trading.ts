import { describeHold, describeMode } from './describe-levels.ts';
import type { DealDocument, PerLotComponent, RateRow } from './facts.ts';

/** A per-lot component in plain words. */
export function describePerLot(
  component: PerLotComponent,
  { currency, symbolGroups }: DealDocument,
): string[] {
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
