import {
  absDecimal,
  addDecimals,
  compareDecimals,
  decimal,
  divideDecimals,
  isZero,
  multiplyDecimals,
  normalizeDecimal,
  signOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { MICROS_PER_SECOND } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { TradingComponent } from '../../registry/deals/facts.ts';
import { findSpread } from '../assembly/index.ts';
import { judgeCountry, judgeProduct } from '../qualification/index.ts';
import type { TradeQuestion } from './trade-base.ts';

/** What a filter says of a trade; a filter whose figure the event does not tell is skipped, and named. */
export interface Filtered {
  readonly reason?: ReasonCode;
  readonly skipped: readonly string[];
}

/** A filter: a reason, nothing, or the name of what is missing to judge it. */
type Verdict = { readonly reason: ReasonCode } | { readonly lacks: string } | undefined;
type Filter = (component: TradingComponent, question: TradeQuestion) => Verdict;

/** What a component does not pay on at all: before the filters that look at the trade. `country` is that of the customer at the closing. */
export function judgeScope(
  { only }: TradingComponent,
  { event }: TradeQuestion,
  country: string | null,
): ReasonCode | undefined {
  const accountType = accountTypeOf(event);
  const isListed =
    only.accountTypes.length === 0 || (accountType !== undefined && only.accountTypes.includes(accountType));
  return (
    judgeProduct(only, event.content) ??
    judgeCountry(only, country) ??
    (isListed ? undefined : 'trade_excluded_account')
  );
}

function accountTypeOf({ content }: TradeQuestion['event']): string | undefined {
  return content.extra?.['accountType'] ?? content.group;
}

/** The filters of rules.md 2.13 that come before the look for a rate, in that order. */
export const filterBeforeRate = inOrder([
  ({ excludedAccountTypes }, { event }) => {
    const type = accountTypeOf(event);
    return type !== undefined && excludedAccountTypes.includes(type)
      ? { reason: 'trade_excluded_account' }
      : undefined;
  },
  ({ socialAccounts }, { event }) =>
    socialAccounts === 'excluded' && event.content.extra?.['social'] === 'true'
      ? { reason: 'trade_social_account' }
      : undefined,
  ({ pammMasters }, { event }) =>
    pammMasters === 'excluded' && event.content.extra?.['pamm'] === 'master'
      ? { reason: 'trade_pamm_master' }
      : undefined,
  ({ excludedSymbols }, { trade }) =>
    excludedSymbols.includes(trade.symbol) ? { reason: 'trade_excluded_symbol' } : undefined,
]);

/** Those between the look for a rate and the hedged trades, in that order. */
export const filterAfterRate = inOrder([judgeResult, judgeBalance, judgeDuration, judgeMove]);

function inOrder(
  filters: readonly Filter[],
): (component: TradingComponent, question: TradeQuestion) => Filtered {
  return (component, question) => {
    const skipped: string[] = [];
    for (const filter of filters) {
      const verdict = filter(component, question);
      if (verdict === undefined) continue;
      if ('reason' in verdict) return { reason: verdict.reason, skipped };
      skipped.push(verdict.lacks);
    }
    return { skipped };
  };
}

function judgeResult(
  { zeroResult }: TradingComponent,
  { trade, event: { content } }: TradeQuestion,
): Verdict {
  if (zeroResult !== 'excluded') return undefined;
  const profit = content.execution?.profit;
  const prices = trade.openPrice !== '' && trade.closePrice !== '';
  if (profit !== undefined && isZero(decimal(profit))) return { reason: 'trade_zero_result' };
  if (prices && compareDecimals(decimal(trade.openPrice), decimal(trade.closePrice)) === 0)
    return { reason: 'trade_zero_result' };
  return profit === undefined && !prices ? { lacks: 'profit' } : undefined;
}

function judgeBalance({ negativeAccount }: TradingComponent, { event: { content } }: TradeQuestion): Verdict {
  if (negativeAccount !== 'excluded') return undefined;
  const balance = content.measures?.['balance'];
  if (balance === undefined) return { lacks: 'balance' };
  return signOf(decimal(balance)) < 0 ? { reason: 'trade_negative_account' } : undefined;
}

function judgeDuration({ minimumDurationSeconds }: TradingComponent, { trade }: TradeQuestion): Verdict {
  return trade.closedAt - trade.openedAt < minimumDurationSeconds * MICROS_PER_SECOND
    ? { reason: 'trade_too_short' }
    : undefined;
}

function judgeMove(component: TradingComponent, question: TradeQuestion): Verdict {
  const { minimumMoveSpreads } = component;
  const { trade } = question;
  if (minimumMoveSpreads === null) return undefined;
  const spread = spreadInPrice(component, question);
  if (spread === undefined || trade.openPrice === '' || trade.closePrice === '') return { lacks: 'spread' };
  const move = absDecimal(subtractDecimals(decimal(trade.closePrice), decimal(trade.openPrice)));
  return compareDecimals(move, multiplyDecimals(spread, decimal(minimumMoveSpreads))) < 0
    ? { reason: 'trade_move_too_small' }
    : undefined;
}

const SCALE = 24;

/**
 * The spread at the closing as a difference of prices, that the deal document names: as the source tells it, else ask less bid. What is
 * told as money per lot is no price: there ask less bid comes first, else it is divided by the contract size.
 */
function spreadInPrice(component: TradingComponent, { event, trade }: TradeQuestion): Decimal | undefined {
  const { ask, bid, spread } = event.content.measures ?? {};
  const isMoney = component.kind === 'spread_share' && component.spreadIn === 'money_per_lot';
  if (!isMoney) return spread === undefined ? findSpread(event) : decimal(spread);
  if (spread === undefined || (ask !== undefined && bid !== undefined)) return findSpread(event);
  return trade.contractSize === '' || isZero(decimal(trade.contractSize))
    ? undefined
    : divideDecimals(decimal(spread), decimal(trade.contractSize), SCALE, 'half_even');
}

/**
 * The part of the equity that is not credit, where it is below the threshold of the deal (V-FX-8, V-FX-19): from 0 to the threshold.
 * Undefined: the trade counts in full. `lacks`: the event does not tell it.
 */
export function findCreditCoefficient(
  { creditBelow }: TradingComponent,
  { event }: TradeQuestion,
): { readonly coefficient?: Decimal; readonly lacks?: string } {
  if (creditBelow === null) return {};
  const { equity, credit } = event.content.measures ?? {};
  if (equity === undefined || credit === undefined) return { lacks: 'credit' };
  const own = decimal(equity);
  const free = subtractDecimals(own, decimal(credit));
  const coefficient =
    signOf(own) <= 0 || signOf(free) <= 0
      ? ZERO
      : normalizeDecimal(divideDecimals(free, own, SCALE, 'half_even'));
  return compareDecimals(coefficient, decimal(creditBelow)) < 0 ? { coefficient } : {};
}

/** One trade that takes part in hedge netting. */
export interface HedgePart {
  /** Who is netted: of one component, account or customer, symbol and day. */
  readonly key: string;
  readonly side: 'long' | 'short';
  readonly lots: Decimal;
}

/**
 * Those that pay nothing because the other side of their group was larger: the whole smaller side, on a tie the shorts (rules.md 2.13,
 * semantics.md 5.6). A group with one side loses nothing. No order matters. Pure.
 */
export function findHedged<P extends HedgePart>(parts: readonly P[]): ReadonlySet<P> {
  const hedged = new Set<P>();
  for (const group of Map.groupBy(parts, (part) => part.key).values()) {
    const sum = (side: HedgePart['side']): Decimal =>
      group.reduce((total, part) => (part.side === side ? addDecimals(total, part.lots) : total), ZERO);
    const loser = compareDecimals(sum('short'), sum('long')) > 0 ? 'long' : 'short';
    for (const part of group) if (part.side === loser) hedged.add(part);
  }
  return hedged;
}
