import { describeHold, describeMode, describePlace } from './describe-levels.ts';
import { describeCaps, describeOnly, describeTiers } from './describe-limits.ts';
import type { DealDocument, FactorRow, RateRow, TradingComponent } from './facts.ts';

/** A component that pays for closed trades, in plain words; every rate with what it is a rate of (semantics.md 2.9). */
export function describeTrading(component: TradingComponent, document: DealDocument): string[] {
  const { symbolGroups, currency } = document;
  const unit = unitOf(component, document);
  const listed = (rows: readonly RateRow[]): string =>
    rows.map((row) => `${sayRate(row, unit)} ${describeSelector(row, symbolGroups)}`).join('; ');
  return [
    `For each closed trade, component "${component.id}" pays ${listed(component.rates)}. The most specific rate counts.`,
    ...describeBase(component, document),
    ...('tiers' in component ? describeTiers(component.tiers, unit) : []),
    ...describeOnly(component.only),
    ...describeFilters(component, currency),
    describeMode(component.levels),
    ...(component.overrides.length === 0
      ? []
      : [
          `On trades of customers of partners below, where fixed overrides apply, this deal earns ${listed(component.overrides)}.`,
        ]),
    ...(component.giveUps.length === 0
      ? []
      : [`Where levels give up, this deal gives ${listed(component.giveUps)} to the partner above.`]),
    ...describePlace(component),
    ...describeCaps(component.caps, currency),
    describeHold(component.holdDays, 'the trade'),
  ];
}

function unitOf(component: TradingComponent, { currency }: DealDocument): string {
  switch (component.kind) {
    case 'per_lot':
      return component.side === 'close' ? `${currency} per lot (round turn)` : `${currency} per lot and side`;
    case 'per_million':
      return `${currency} per million ${component.notionalCurrency} of notional (one side)`;
    case 'spread_share':
      return '% of the spread';
    case 'commission_share':
      return "% of the customer's commission";
  }
}

function sayRate({ rate, pointSize }: RateRow, unit: string): string {
  return pointSize === undefined
    ? `${rate} ${unit}`
    : `${rate} points of ${pointSize} per lot, in money by the contract size,`;
}

function describeBase(component: TradingComponent, { symbolGroups }: DealDocument): string[] {
  switch (component.kind) {
    case 'per_lot': {
      const sides =
        component.side === 'both'
          ? ['The opening and the closing count as one side each, so a trade counts twice its lots.']
          : component.side === 'open'
            ? ['The side that opened the trade counts, once it is closed.']
            : [];
      return [...sides, ...describeFactors(component.lotFactors, symbolGroups)];
    }
    case 'per_million':
      return [
        'The notional is lots times contract size, times the closing price unless the symbol is a pair that begins with the currency of the million.',
      ];
    case 'spread_share': {
      const at = {
        close: 'at the closing',
        open: 'at the opening',
        average: 'half of that at the opening and half of that at the closing',
      };
      const size =
        component.spreadIn === 'price' ? 'times contract size and lots' : 'in money per lot, times lots';
      const news =
        component.newsProtection === 'on'
          ? ' A spread above the average of its symbol counts as the average.'
          : '';
      return [`The spread is the one ${at[component.spreadAt]}, ${size}.${news}`];
    }
    case 'commission_share':
      return ['The commission is what the customer paid at the closing, and in proportion at the opening.'];
  }
}

function describeFactors(rows: readonly FactorRow[], groups: DealDocument['symbolGroups']): string[] {
  if (rows.length === 0) return [];
  const each = rows.map((row) => `by ${row.factor} ${describeSelector(row, groups)}`);
  return [`Lots are multiplied ${each.join('; ')}.`];
}

function describeFilters(component: TradingComponent, currency: string): string[] {
  const { minimumDurationSeconds: minimum, excludedSymbols, excludedAccountTypes } = component;
  const nothing = [
    ...(excludedAccountTypes.length === 0
      ? []
      : [`Trades on accounts of type ${excludedAccountTypes.join(', ')} pay nothing.`]),
    ...(component.socialAccounts === 'excluded' ? ['Trades of accounts that copy others pay nothing.'] : []),
    ...(component.pammMasters === 'excluded' ? ['Trades of PAMM master accounts pay nothing.'] : []),
    ...(excludedSymbols.length === 0 ? [] : [`Trades in ${excludedSymbols.join(', ')} pay nothing.`]),
    ...(component.zeroResult === 'excluded' ? ['Trades with zero result pay nothing.'] : []),
    ...(component.negativeAccount === 'excluded'
      ? ['Trades that left the account below zero pay nothing.']
      : []),
    ...(minimum === 0 ? [] : [`A trade that was open for less than ${minimum} seconds pays nothing.`]),
    ...(component.minimumMoveSpreads === null
      ? []
      : [`A trade whose price moved by less than ${component.minimumMoveSpreads} spreads pays nothing.`]),
    ...(component.hedge === 'off'
      ? []
      : [
          `Of trades in both directions in one symbol on one ${component.hedgeBy === 'account' ? 'account' : 'customer'} and day, the smaller side pays nothing.`,
        ]),
  ];
  return [
    ...nothing,
    ...(component.creditBelow === null
      ? []
      : [
          `Where less than ${component.creditBelow} of the equity is the customer's own money, the amount is reduced to that part.`,
        ]),
    ...(component.capPerTrade === null
      ? []
      : [`One trade pays at most ${component.capPerTrade} ${currency}.`]),
  ];
}

function describeSelector(row: Omit<RateRow, 'rate'>, groups: DealDocument['symbolGroups']): string {
  const parts = [
    ...(row.account === undefined ? [] : [`on account ${row.account}`]),
    ...(row.symbol === undefined ? [] : [`in ${row.symbol}`]),
    ...(row.group === undefined ? [] : [`in ${row.group} (${(groups[row.group] ?? []).join(', ')})`]),
    ...(row.accountType === undefined ? [] : [`on accounts of type ${row.accountType}`]),
  ];
  return parts.length === 0 ? 'in everything else' : parts.join(' ');
}
