// Trades of one customer as deals of the platform: openings and closings, in part, too short, taken back, rolled over.
import { ACTION, ENTRY, REASON } from '../mt5/index.ts';
import type { Step, StoryDeal, Telling } from './story-facts.ts';
import { DAY_MS } from './structure.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export interface Instrument {
  readonly symbol: string;
  readonly price: number;
  readonly digits: number;
  readonly contractSize: string;
}

export const INSTRUMENTS: readonly Instrument[] = [
  { symbol: 'EURUSD', price: 1.0842, digits: 5, contractSize: '100000.00' },
  { symbol: 'GBPUSD', price: 1.2716, digits: 5, contractSize: '100000.00' },
  { symbol: 'USDJPY', price: 151.37, digits: 3, contractSize: '100000.00' },
  { symbol: 'XAUUSD', price: 2332.4, digits: 2, contractSize: '100.00' },
  { symbol: 'US500', price: 5204.5, digits: 1, contractSize: '1.00' },
  { symbol: 'GER40', price: 18_177, digits: 1, contractSize: '1.00' },
  { symbol: 'BTCUSD', price: 66_150, digits: 2, contractSize: '1.00' },
];

/** What customers like to trade, most of all the euro. */
const LIKED = [
  'EURUSD',
  'EURUSD',
  'EURUSD',
  'GBPUSD',
  'GBPUSD',
  'USDJPY',
  'XAUUSD',
  'XAUUSD',
  'US500',
  'GER40',
  'BTCUSD',
];
const CENTILOTS = [2, 5, 10, 10, 20, 30, 50, 50, 100, 100, 150, 200, 300];
/** Names of symbols on this server end in this, and the mapping of the source cuts it off. */
export const SYMBOL_ENDING = '.pro';

export function tellTrading(telling: Telling, fundedAt: number): { steps: Step[]; firstTradeAt: number } {
  const { random, customer, spanMs } = telling;
  const numbers = numberOf(customer.number);
  const steps: Step[] = [
    dealStep(telling, fundedAt, balanceRow(numbers.next(), `DEPOSIT #${customer.number}`, ACTION.balance)),
  ];
  if (random.chance(0.08))
    steps.push(
      dealStep(telling, fundedAt + MINUTE_MS, balanceRow(numbers.next(), 'Welcome bonus', ACTION.bonus)),
    );
  const firstTradeAt = fundedAt + random.between(10, 400) * MINUTE_MS;
  const left = spanMs - firstTradeAt;
  // Who came early has had the time to trade more.
  const count = left <= DAY_MS / 2 ? 1 : Math.max(2, Math.round((random.between(3, 12) * left) / spanMs) + 1);
  for (let trade = 0; trade < count; trade += 1) {
    const openAt = trade === 0 ? firstTradeAt : firstTradeAt + Math.floor(random.next() * left);
    steps.push(...tellTrade(telling, openAt, numbers));
  }
  if (random.chance(0.02)) steps.push(tellOrphan(telling, firstTradeAt, numbers));
  return { steps, firstTradeAt };
}

/** Deal and position numbers of one customer. A block each keeps them apart whatever chance decides elsewhere. */
interface Numbers {
  next(): number;
}

function numberOf(customer: number): Numbers {
  let last = customer * 1_000;
  return {
    next: () => {
      last += 1;
      return last;
    },
  };
}

function tellTrade(telling: Telling, openAt: number, numbers: Numbers): Step[] {
  const { random } = telling;
  const symbol = random.pick(LIKED);
  const centilots = random.pick(CENTILOTS);
  const side = random.pick([ACTION.buy, ACTION.sell]);
  const position = numbers.next();
  const base = { position, symbol, comment: '' };
  const opening = {
    ...base,
    deal: position,
    action: side,
    entry: ENTRY.in,
    reason: random.pick([REASON.client, REASON.mobile]),
    centilots,
    profit: '0.00',
  };
  const steps = [dealStep(telling, openAt, opening)];
  const closeAt = openAt + durationOf(telling);
  const close = (at: number, volume: number): Step => {
    const reason = random.pick([REASON.client, REASON.client, REASON.takeProfit, REASON.stopLoss]);
    return dealStep(telling, at, {
      ...base,
      deal: numbers.next(),
      action: opposite(side),
      entry: ENTRY.out,
      reason,
      centilots: volume,
      profit: profitOf(telling, volume),
    });
  };
  if (centilots >= 10 && random.chance(0.12)) {
    const half = Math.floor(centilots / 2);
    steps.push(close(closeAt, half), close(closeAt + random.between(1, 20) * HOUR_MS, centilots - half));
    return steps;
  }
  if (closeAt - openAt > DAY_MS && random.chance(0.15))
    steps.push(...tellRollover({ telling, at: openAt + (closeAt - openAt) / 2, opening, numbers }));
  const closing = close(closeAt, centilots);
  steps.push(closing);
  if (closing.kind === 'deal' && random.chance(0.025)) {
    // The dealer takes the closing back within two days; the row changes in place.
    steps.push({
      kind: 'cancel',
      at: Math.max(closing.at, closeAt) + random.between(4, 48) * HOUR_MS,
      customer: telling.customer,
      deal: closing.deal.deal,
    });
  }
  return steps;
}

/** One in eight is over before it counts; most last minutes to hours, some days. */
function durationOf({ random }: Telling): number {
  if (random.chance(0.12)) return random.between(15, 170) * SECOND_MS;
  if (random.chance(0.2)) return random.between(24, 90) * HOUR_MS;
  return random.between(4, 900) * MINUTE_MS;
}

function profitOf({ random }: Telling, centilots: number): string {
  return ((random.between(-900, 1_000) * centilots) / 100).toFixed(2);
}

/** The platform closes and opens the position again by itself, which is no trade of the customer. */
function tellRollover(told: { telling: Telling; at: number; opening: StoryDeal; numbers: Numbers }): Step[] {
  const { telling, opening, numbers } = told;
  const at = Math.floor(told.at);
  const row = { ...opening, reason: REASON.rollover, comment: 'rollover' };
  return [
    dealStep(telling, at, {
      ...row,
      deal: numbers.next(),
      action: opposite(opening.action),
      entry: ENTRY.out,
    }),
    dealStep(telling, at + SECOND_MS, { ...row, deal: numbers.next() }),
  ];
}

/** A closing whose opening lies before the platform was connected: it waits. */
function tellOrphan(telling: Telling, at: number, numbers: Numbers): Step {
  const position = numbers.next();
  return dealStep(telling, at, {
    deal: numbers.next(),
    position,
    action: ACTION.sell,
    entry: ENTRY.out,
    reason: REASON.client,
    symbol: 'EURUSD',
    centilots: 50,
    profit: '12.00',
    comment: '',
  });
}

function balanceRow(deal: number, comment: string, action: number): StoryDeal {
  return {
    deal,
    position: 0,
    action,
    entry: 0,
    reason: 0,
    symbol: '',
    centilots: 0,
    profit: '100.00',
    comment,
  };
}

/** Some deals show up on the server up to a day and a half after they happened. */
function dealStep({ random, customer }: Telling, happenedAt: number, deal: StoryDeal): Step {
  const late = random.chance(0.03) ? random.between(2, 36) * HOUR_MS : 0;
  return { kind: 'deal', at: happenedAt + late, happenedAt, customer, deal };
}

function opposite(action: number): number {
  return action === ACTION.buy ? ACTION.sell : ACTION.buy;
}
