import {
  absDecimal,
  addDecimals,
  compareDecimals,
  decimal,
  decimalFromInteger,
  divideDecimals,
  formatDecimal,
  multiplyDecimals,
  normalizeDecimal,
  percentOf,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { isCurrency } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type {
  CommissionShareComponent,
  DealVersion,
  PerLotComponent,
  PerMillionComponent,
  SpreadShareComponent,
  TradingComponent,
} from '../../registry/deals/facts.ts';
import type { Trade } from '../assembly/facts.ts';
import { findSpread } from '../assembly/index.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { Convert } from './levels.ts';
import { findFactor } from '../../registry/facts.ts';
import type { RateQuestion } from '../../registry/facts.ts';

/** A closed trade as a component of a deal looks at it. */
export interface TradeQuestion {
  readonly event: PlacedEvent;
  readonly trade: Trade;
  /** The deal of the leaf. */
  readonly deal: DealVersion;
  /** Money at the rates of the closing. */
  readonly convert: Convert;
}

/** What a rate of the component is multiplied by. */
export interface TradeBase {
  /** Lots, millions, or a hundredth of the money of which the component pays a percentage. */
  readonly units: Decimal;
  /** Currency of `units` where they are money; absent: they are numbers, and the rate is money. */
  readonly currency?: CurrencyCode;
  /** What explains it, by value. */
  readonly basis: Readonly<Record<string, string>>;
}

/** Why there is no base: the event lacks a figure, which is named; or a rate of exchange. */
export interface NoBase {
  readonly reason: Extract<ReasonCode, 'source_lacks_field' | 'no_fx_rate'>;
  readonly detail: string;
}

const MILLION_PLACES = 6;
const SCALE = 24;
const METALS: ReadonlySet<string> = new Set(['XAU', 'XAG', 'XPT', 'XPD']);

/** What a trade is worth to a component before any rate (semantics.md 5.1, 5.4; rules.md 5 "Trades"). Pure. */
export function measureTrade(component: TradingComponent, question: TradeQuestion): TradeBase | NoBase {
  switch (component.kind) {
    case 'per_lot':
      return measureLots(component, question);
    case 'per_million':
      return measureNotional(component, question);
    case 'spread_share':
      return measureSpread(component, question);
    case 'commission_share':
      return measureCommission(component, question);
  }
}

export function isNoBase(base: TradeBase | NoBase): base is NoBase {
  return 'reason' in base;
}

function lacks(detail: string): NoBase {
  return { reason: 'source_lacks_field', detail: `${detail} is not told` };
}

/** What rates and factors are looked up by. */
export function rateQuestionOf({ event, trade, deal }: TradeQuestion): RateQuestion {
  const { extra, group } = event.content;
  return {
    symbol: trade.symbol,
    account: trade.account,
    accountType: extra?.['accountType'] ?? group,
    symbolGroups: deal.document.symbolGroups,
  };
}

function measureLots(component: PerLotComponent, question: TradeQuestion): TradeBase {
  const { lots } = question.trade;
  const factor = findFactor(component.lotFactors, rateQuestionOf(question));
  const sides = component.side === 'both' ? 2 : 1;
  const units = multiplyDecimals(multiplyDecimals(decimal(lots), decimal(factor)), decimalFromInteger(sides));
  return {
    units: normalizeDecimal(units),
    basis: {
      lots,
      ...(factor === '1' ? {} : { factor }),
      ...(component.side === 'close' ? {} : { side: component.side }),
    },
  };
}

/**
 * Lots times contract size, and times the closing price unless the symbol's own first currency is the one in which a million is counted;
 * from the currency of the price into that one at the rate of the closing.
 */
function measureNotional(
  component: PerMillionComponent,
  { trade, convert }: TradeQuestion,
): TradeBase | NoBase {
  const { notionalCurrency } = component;
  if (trade.contractSize === '') return lacks('the contract size');
  const quote = quoteCurrencyOf(component, trade.symbol) ?? notionalCurrency;
  const isBase = isPair(trade.symbol) && trade.symbol.startsWith(notionalCurrency);
  if (!isBase && trade.closePrice === '') return lacks('the closing price');
  const size = multiplyDecimals(decimal(trade.lots), decimal(trade.contractSize));
  const told = isBase ? size : multiplyDecimals(size, decimal(trade.closePrice));
  const from = isBase ? notionalCurrency : quote;
  const notional = from === notionalCurrency ? told : convert(told, from, notionalCurrency);
  if (notional === undefined) return noRate(from, notionalCurrency);
  return {
    units: normalizeDecimal({ digits: notional.digits, scale: notional.scale + MILLION_PLACES }),
    basis: {
      per: 'million',
      lots: trade.lots,
      contractSize: trade.contractSize,
      ...(isBase ? {} : { price: trade.closePrice }),
      notional: formatDecimal(normalizeDecimal(notional)),
      notionalCurrency,
    },
  };
}

function noRate(from: string, to: string): NoBase {
  return { reason: 'no_fx_rate', detail: `there is no rate from ${from} to ${to}` };
}

/** The currency of the price of a symbol; undefined where neither the deal nor the symbol says it. */
export function quoteCurrencyOf(
  { quoteCurrencies }: { readonly quoteCurrencies: Readonly<Record<string, string>> },
  symbol: string,
): CurrencyCode | undefined {
  const named = quoteCurrencies[symbol];
  if (named !== undefined) return named;
  return isPair(symbol) ? symbol.slice(3) : undefined;
}

function isPair(symbol: string): boolean {
  if (!/^[A-Z]{6}$/.test(symbol) || !isCurrency(symbol.slice(3))) return false;
  return isCurrency(symbol.slice(0, 3)) || METALS.has(symbol.slice(0, 3));
}

/** The spread in money: its size times contract size and lots, or money per lot; less at news times (V-FX-3, V-FX-4, V-FX-13). */
function measureSpread(component: SpreadShareComponent, question: TradeQuestion): TradeBase | NoBase {
  const { trade, event, deal } = question;
  const perLot = component.spreadIn === 'money_per_lot';
  const spread = spreadOf(component, question);
  if (spread === undefined) return lacks(`the spread (measures.${perLot ? 'spread' : 'ask and bid'})`);
  if (!perLot && trade.contractSize === '') return lacks('the contract size');
  const average = event.content.measures?.['average_spread'];
  if (component.newsProtection === 'on' && average === undefined)
    return lacks('the average spread (measures.average_spread)');
  const counted =
    component.newsProtection === 'on' && average !== undefined ? smaller(spread, decimal(average)) : spread;
  const perUnit = perLot ? counted : multiplyDecimals(counted, decimal(trade.contractSize));
  const money = multiplyDecimals(perUnit, decimal(trade.lots));
  const told = perLot ? currencyOfMoney(event) : quoteCurrencyOf(component, trade.symbol);
  return shareOfMoney('spread', money, {
    currency: told ?? deal.document.currency,
    basis: {
      lots: trade.lots,
      spread: formatDecimal(normalizeDecimal(spread)),
      ...(perLot ? {} : { contractSize: trade.contractSize }),
      ...(counted === spread ? {} : { averageSpread: formatDecimal(counted) }),
    },
  });
}

function spreadOf(component: SpreadShareComponent, { event, trade }: TradeQuestion): Decimal | undefined {
  const closing =
    component.spreadIn === 'money_per_lot' ? optional(event.content.measures?.['spread']) : findSpread(event);
  const opening = optional(trade.openSpread);
  if (component.spreadAt === 'close') return closing;
  if (component.spreadAt === 'open') return opening;
  if (opening === undefined || closing === undefined) return undefined;
  return divideDecimals(addDecimals(opening, closing), decimalFromInteger(2), SCALE, 'half_even');
}

function optional(text: string | undefined): Decimal | undefined {
  return text === undefined ? undefined : decimal(text);
}

function smaller(a: Decimal, b: Decimal): Decimal {
  return compareDecimals(a, b) <= 0 ? a : b;
}

/** What the customer paid, of whatever sign the platform writes it with. */
function measureCommission(
  _component: CommissionShareComponent,
  { trade, event, deal }: TradeQuestion,
): TradeBase | NoBase {
  const told = trade.commission ?? event.content.measures?.['commission'];
  if (told === undefined) return lacks('the commission of the customer');
  return shareOfMoney('commission', absDecimal(decimal(told)), {
    currency: currencyOfMoney(event) ?? deal.document.currency,
    basis: { lots: trade.lots },
  });
}

/** Cent accounts are units of an account; their money was scaled when it was read. */
const MAIN_UNIT: Readonly<Record<string, CurrencyCode>> = { USC: 'USD', CEN: 'USD', EUC: 'EUR', GBC: 'GBP' };

/** The currency of the account, else of the row; undefined where the source tells none. */
export function currencyOfMoney({ content }: PlacedEvent): CurrencyCode | undefined {
  const told = content.accountCurrency ?? content.currency;
  if (told === undefined) return undefined;
  const main = MAIN_UNIT[told] ?? told;
  return isCurrency(main) ? main : content.currency;
}

function shareOfMoney(
  per: 'spread' | 'commission',
  money: Decimal,
  { currency, basis }: { readonly currency: CurrencyCode; readonly basis: Record<string, string> },
): TradeBase {
  const base = normalizeDecimal(money);
  return {
    units: percentOf(base, decimalFromInteger(1)),
    currency,
    basis: { per, ...basis, money: formatDecimal(base), moneyCurrency: currency },
  };
}
