import { absDecimal, decimal, multiplyDecimals } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { Trade } from '../assembly/facts.ts';
import { findSpread } from '../assembly/index.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { CustomerContext } from './facts.ts';
import { listInputs } from './period-inputs.ts';
import type { Brought, BroughtInputs } from './period-inputs.ts';
import { currencyOfMoney, quoteCurrencyOf } from './trade-base.ts';

/** A closed trade of a customer, and the instant whose partner it belongs to. */
export interface BringingTrade {
  readonly event: PlacedEvent;
  readonly trade: Trade;
  readonly boundAt: Instant;
}

/**
 * What a closed trade brings to shares of revenue (docs/deals.md, Measures): the customer's realised profit and swap as the platform signs
 * them, what it charged (of whatever sign), the spread in money where the source tells it, lots, and activity. No filter of trades bites
 * here but demo accounts, service rows and cancelled ones (rules.md 5, Trades). Pure.
 */
export function listTradeInputs(
  program: ProgramSnapshot,
  context: CustomerContext,
  bringing: BringingTrade,
): BroughtInputs {
  const brought = broughtByTrade(bringing).map((part) => listInputs(program, context, part));
  return {
    inputs: brought.flatMap((part) => part.inputs),
    isCounted: brought.some((part) => part.isCounted),
    withoutRate: brought.some((part) => part.withoutRate),
    rated: brought.some((part) => part.rated),
    // Both parts are left out by the same shares.
    ...(brought[0]?.leftOut === undefined ? {} : { leftOut: brought[0].leftOut }),
  };
}

/** The money of the account, and the spread, which is in the currency of the price. */
function broughtByTrade({ event, trade, boundAt }: BringingTrade): Brought[] {
  const { content } = event;
  const { profit, swap } = content.execution ?? {};
  const commission = trade.commission ?? content.measures?.['commission'];
  const make = (currency: string | undefined, parts: Pick<Brought, 'money' | 'numbers'>): Brought => ({
    at: event.occurredAt,
    receivedAt: event.receivedAt,
    boundAt,
    product: content.product,
    brand: content.brand,
    accountType: content.extra?.['accountType'] ?? content.group,
    currency,
    ...parts,
  });
  const own = make(currencyOfMoney(event), {
    money: {
      ...(profit === undefined ? {} : { profit: decimal(profit) }),
      ...(swap === undefined ? {} : { swap: decimal(swap) }),
      ...(commission === undefined ? {} : { trading_commission: absDecimal(decimal(commission)) }),
    },
    numbers: { activity: '1', lots: trade.lots, trades: '1' },
  });
  const spread = spreadOf(event, trade);
  return spread === undefined
    ? [own]
    : [own, make(quoteCurrencyOf({ quoteCurrencies: {} }, trade.symbol), { money: { spread }, numbers: {} })];
}

/** The spread at the closing, for all lots: its size times the contract. */
function spreadOf(event: PlacedEvent, trade: Trade): Decimal | undefined {
  const spread = findSpread(event);
  if (spread === undefined || trade.contractSize === '') return undefined;
  return [decimal(trade.contractSize), decimal(trade.lots)].reduce(multiplyDecimals, spread);
}
