import {
  decimal,
  formatDecimal,
  isZero,
  multiplyDecimals,
  normalizeDecimal,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatInstant, MICROS_PER_SECOND } from '../../kernel/instant.ts';
import { localDate } from '../../kernel/zone.ts';
import type { DealVersion, RateRow, TradingComponent } from '../../registry/deals/facts.ts';
import { findDealInForce, findRate, listChain } from '../../registry/facts.ts';
import type { FoundRate, ProgramSnapshot } from '../../registry/facts.ts';
import type { Gate } from '../qualification/index.ts';
import { findAncestorComponent } from './components.ts';
import type { Line, PeriodInput, ZeroLine } from './facts.ts';
import { termsAt } from './level-terms.ts';
import { buildLines } from './line.ts';
import type { Beneficiary } from './line.ts';
import { bringVolume, isByPeriod } from './volume-inputs.ts';
import { currencyOfMoney, quoteCurrencyOf, rateQuestionOf } from './trade-base.ts';
import type { NoBase, TradeBase, TradeQuestion } from './trade-base.ts';

/** A closed trade with the leaf partner and terms of its instant. */
export interface Sale extends TradeQuestion {
  readonly program: ProgramSnapshot;
  readonly leafId: string;
  readonly gate: Gate;
  /** When a gate that held it opened. */
  readonly openedAt: Instant | undefined;
  /** Of the customer at the closing; null: nobody said. */
  readonly country: string | null;
}

/** A rate of one deal for a trade, as money per unit or as a percentage, as the component says. */
export interface PricedRate {
  readonly rate: Decimal;
  readonly found: FoundRate;
}

/** A trade that passed all filters of a component. */
export interface Payable {
  readonly sale: Sale;
  readonly component: TradingComponent;
  readonly base: TradeBase;
  readonly rate: PricedRate;
  /** Multiplies everything: the part of the equity that is not credit. */
  readonly coefficient?: Decimal;
  /** Figures whose filters were skipped, because the event does not tell them. */
  readonly skipped: readonly string[];
}

export interface Paid {
  readonly lines: readonly Line[];
  readonly zeros: readonly ZeroLine[];
  readonly inputs: readonly PeriodInput[];
}

/** The rate of a deal for a trade; what is in points is made money by the contract size. Undefined: no rate. */
export function priceRate(
  rows: readonly RateRow[],
  component: TradingComponent,
  sale: Sale,
): PricedRate | NoBase | undefined {
  const found = findRate(rows, rateQuestionOf(sale));
  if (found === undefined) return undefined;
  const rate = decimal(found.rate);
  if (found.pointSize === undefined) return { rate, found };
  const { trade, deal, convert } = sale;
  if (trade.contractSize === '')
    return { reason: 'source_lacks_field', detail: 'the contract size is not told' };
  const { currency } = deal.document;
  const quoted =
    ('quoteCurrencies' in component ? quoteCurrencyOf(component, trade.symbol) : undefined) ?? currency;
  const money = [rate, decimal(found.pointSize), decimal(trade.contractSize)].reduce(multiplyDecimals);
  const own = quoted === currency ? money : convert(money, quoted, currency);
  return own === undefined
    ? { reason: 'no_fx_rate', detail: `there is no rate from ${quoted} to ${currency}` }
    : { rate: normalizeDecimal(own), found };
}

/** The lines of all levels of one trade, or what it brings to the leaf's period (semantics.md 5.10, rules.md 5 "Levels"). */
export function payTrade(payable: Payable): Paid {
  const { sale, component, base, coefficient } = payable;
  const { program, event, leafId, deal } = sale;
  const units = coefficient === undefined ? base.units : multiplyDecimals(base.units, coefficient);
  const chain = listChain(program, leafId, event.occurredAt);
  const beneficiaries = chain
    .slice(0, component.levels.maxDepth)
    .flatMap((link) => beneficiaryOf(payable, link, units));
  const leafByPeriod = isByPeriod(component);
  const revenue = revenueOf(payable);
  const built = buildLines({
    component: component.id,
    mode: component.levels.mode,
    negative: component.levels.negative,
    leafByPeriod,
    ...(revenue === undefined ? {} : { revenue }),
    quantity: units,
    from: event.occurredAt,
    program,
    convert: sale.convert,
    holdReason: sale.gate.kind === 'held' ? sale.gate.reason : '',
    openedAt: sale.openedAt,
    beneficiaries,
    basis: basisOf(payable),
  });
  const brought =
    built.leaf === undefined
      ? undefined
      : bringVolume(program, {
          component,
          partnerId: leafId,
          currency: deal.document.currency,
          at: event.occurredAt,
          country: sale.country,
          units: base.units,
          unpaid: subtractDecimals(base.units, units),
          amount: built.leaf.exact,
        });
  const zeros = [
    ...built.zeros,
    ...(brought !== undefined && 'reason' in brought
      ? [{ component: component.id, partnerId: leafId, level: chain.length, reason: brought.reason }]
      : []),
  ];
  const inputs = brought !== undefined && 'measures' in brought ? [brought] : [];
  return { lines: built.lines, zeros, inputs };
}

function beneficiaryOf(payable: Payable, link: Beneficiary['link'], units: Decimal): Beneficiary[] {
  const { sale, component, base, rate } = payable;
  const own = link.leaf ? { deal: sale.deal, component } : termsOfAncestor(sale, component, link.partnerId);
  if (own === undefined) return [];
  const { mode } = component.levels;
  const { currency } = own.deal.document;
  const ownSale = { ...sale, deal: own.deal };
  const priced = (rows: readonly RateRow[]): PricedRate | undefined => {
    const found = priceRate(rows, own.component, ownSale);
    return found === undefined || 'reason' in found ? undefined : found;
  };
  const chosen = link.leaf
    ? rate
    : priced(mode === 'difference' ? own.component.rates : own.component.overrides);
  const terms = termsAt(mode, link.leaf, {
    rate: chosen?.rate,
    override: chosen?.rate,
    giveUp: priced(own.component.giveUps)?.rate,
    overridePercent: own.component.overridePercent,
    ratios: own.component.ratios,
  });
  if (terms === undefined) return [];
  const quantity =
    base.currency === undefined || base.currency === currency
      ? units
      : sale.convert(units, base.currency, currency);
  const cap = own.component.capPerTrade;
  return [
    {
      link,
      ...own,
      ...terms,
      // Without a rate of exchange nothing is left of it; the leaf's was looked for before.
      quantity: quantity ?? { digits: 0n, scale: 0 },
      ...(cap === null ? {} : { cap: decimal(cap) }),
      basis: chosen === undefined ? {} : { rateBy: chosen.found.by, ...pointsOf(chosen) },
    },
  ];
}

function pointsOf({ found }: PricedRate): Record<string, string> {
  return found.pointSize === undefined ? {} : { points: found.rate, pointSize: found.pointSize };
}

/** What an ancestor earns by its own deal at the trade's instant; undefined when it has no terms and is skipped. */
function termsOfAncestor(
  sale: Sale,
  leaf: TradingComponent,
  partnerId: string,
): { readonly deal: DealVersion; readonly component: TradingComponent } | undefined {
  const deal = findDealInForce(sale.program, partnerId, sale.event.occurredAt);
  if (deal === undefined) return undefined;
  const component = findAncestorComponent(leaf.kind, leaf.id, { leaf: sale.deal, own: deal });
  return component === undefined ? undefined : { deal, component };
}

/**
 * What the operator earned by the trade, in the currency of the leaf's deal: its own figure (measures.revenue), else by the deal. Undefined
 * where nobody says, or where there is no rate to compare it.
 */
function revenueOf({ sale, component, base }: Payable): Decimal | undefined {
  const { event, deal, convert } = sale;
  const { currency } = deal.document;
  const told = event.content.measures?.['revenue'];
  if (told !== undefined) {
    const from = event.content.currency ?? currencyOfMoney(event) ?? currency;
    return from === currency ? decimal(told) : convert(decimal(told), from, currency);
  }
  const perUnit = component.levels.revenuePerUnit;
  return perUnit === null || base.currency !== undefined
    ? undefined
    : multiplyDecimals(base.units, decimal(perUnit));
}

function basisOf({ sale, base, coefficient, skipped }: Payable): Record<string, string> {
  const { trade } = sale;
  return {
    ...base.basis,
    symbol: trade.symbol,
    durationSeconds: String((trade.closedAt - trade.openedAt) / MICROS_PER_SECOND),
    closedAt: formatInstant(trade.closedAt),
    ...(coefficient === undefined ? {} : { coefficient: formatDecimal(coefficient) }),
    ...(skipped.length === 0 ? {} : { skipped: skipped.join(' ') }),
  };
}

/** True when nothing can be paid, whatever the rate. */
export function isWorthNothing({ units }: TradeBase): boolean {
  return isZero(units) || units.digits < 0n;
}

/** Whose trades are netted against each other (rules.md 5, Trades): of one partner's component, account or customer, symbol and day of the server. */
export function hedgeKeyOf(sale: Sale, component: TradingComponent): string {
  const { trade, leafId, program, event } = sale;
  return [
    leafId,
    component.id,
    component.hedgeBy === 'account' ? trade.account : '',
    trade.symbol,
    serverDayOf(program, event),
  ].join('\0');
}

/** The day of an execution by the clock of its server. */
function serverDayOf(program: ProgramSnapshot, event: Sale['event']): string {
  return localDate(event.occurredAt, serverZoneOf(program, event.sourceSlug));
}

/** The zone of a server's clock; where the source has none of its own, that of the program. */
export function serverZoneOf(program: ProgramSnapshot, sourceSlug: string): string {
  return program.sourceZones?.get(sourceSlug) ?? program.zone;
}
