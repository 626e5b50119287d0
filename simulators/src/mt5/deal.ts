// A deal as the server keeps it, and as it writes it: every value of the answer is a JSON string.
import { serverMillis } from './server-time.ts';

/** Numbers of the platform (connectors.md 3.1). */
export const ACTION = {
  buy: 0,
  sell: 1,
  balance: 2,
  bonus: 6,
  agent: 18,
  buyCanceled: 13,
  sellCanceled: 14,
} as const;
export const ENTRY = { in: 0, out: 1, inout: 2, outBy: 3 } as const;
export const REASON = { client: 0, stopLoss: 3, takeProfit: 4, rollover: 6, mobile: 16 } as const;

/** What happened on an account, in the server's own terms. */
export interface Deal {
  readonly deal: number;
  readonly login: number;
  readonly group: string;
  /** 0 for rows that are no trades. */
  readonly order: number;
  readonly position: number;
  readonly action: number;
  readonly entry: number;
  readonly reason: number;
  /** When it happened, milliseconds since 1970 UTC; the row carries the server's wall clock. */
  readonly atMs: number;
  /** '' for rows that are no trades. */
  readonly symbol: string;
  readonly price: string;
  /** Hundredths of a lot. */
  readonly centilots: number;
  readonly closedCentilots: number;
  readonly contractSize: string;
  readonly digits: number;
  readonly profit: string;
  readonly comment: string;
}

/** A row of an answer. */
export type DealRow = Readonly<Record<string, string>>;

/** The row of a deal, with all fields in the order of the platform's own answers. */
export function rowOf(deal: Deal): DealRow {
  const millis = serverMillis(deal.atMs);
  const volume = deal.centilots * 100;
  const closed = deal.closedCentilots * 100;
  return {
    Deal: String(deal.deal),
    ExternalID: '',
    Login: String(deal.login),
    Dealer: '0',
    Order: String(deal.order),
    Action: String(deal.action),
    Entry: String(deal.entry),
    Reason: String(deal.reason),
    Digits: String(deal.digits),
    DigitsCurrency: '2',
    ContractSize: deal.contractSize,
    Time: String(Math.floor(millis / 1000)),
    TimeMsc: String(millis),
    Symbol: deal.symbol,
    Price: deal.price,
    PriceSL: '0.00000',
    PriceTP: '0.00000',
    Volume: String(volume),
    VolumeExt: String(volume * 10_000),
    Profit: deal.profit,
    Value: '0.00',
    Storage: '0.00',
    Commission: '0.00',
    Fee: '0.00',
    RateProfit: '1.00000000',
    RateMargin: '1.00000000',
    ExpertID: '0',
    PositionID: String(deal.position),
    Comment: deal.comment,
    ProfitRaw: deal.profit,
    PricePosition: '0.00000',
    VolumeClosed: String(closed),
    // The platform leaves this one at zero for plain closes; readers must fall back to VolumeClosed.
    VolumeClosedExt: '0',
    TickValue: '0.00',
    TickSize: '0.00000',
    Flags: '0',
    Gateway: '',
    PriceGateway: '0.00000',
    ModifyFlags: '0',
  };
}

/** The same deal taken back: it keeps its number, its action changes, and it has no result any more. */
export function cancelled(deal: Deal): Deal {
  return {
    ...deal,
    action: deal.action === ACTION.sell ? ACTION.sellCanceled : ACTION.buyCanceled,
    profit: '0.00',
  };
}
