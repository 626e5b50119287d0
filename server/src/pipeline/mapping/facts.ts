// What the mapping room hands on: canonical events and one outcome per row.
// Amounts, lots and prices are decimal strings, instants are canonical ISO UTC strings:
// an event is stored exactly as it stands here (jsonb `content`) and compared in its canonical JSON form.
import type { ReasonCode } from '../../kernel/reason.ts';

/** Canonical event kinds, semantics.md 3.1, plus `execution` (rules.md 3.1), `identifier_link` (a row of a mapping table) and `unsettled`. */
export const EVENT_KINDS = [
  'registration',
  'first_deposit',
  'deposit',
  'qualified',
  'withdrawal',
  'bonus_granted',
  'bonus_released',
  'bonus_cost',
  'bet',
  'win',
  'rollback',
  'activity_day',
  'execution',
  'trade_closed',
  'challenge_purchased',
  'phase_passed',
  'challenge_failed',
  'funded',
  'reset_purchased',
  'trader_payout',
  'chargeback',
  'refund',
  'reversal',
  'adjustment',
  'kyc_status',
  'self_excluded',
  'account_closed',
  'reassigned',
  'identifier_link',
  /** What a payment gateway tells about a payout of ours to a partner; its identifier has the namespace `payout`. */
  'payout_status',
  /** Told by the source and not (or no longer) stood behind: status pending or declined. Pays nothing; as a revision it takes an earlier one back. */
  'unsettled',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** One name under which an outside system knows a customer, for example `mt5:live-1` / `764636`. */
export interface Identifier {
  namespace: string;
  value: string;
}

export type ExecutionSide = 'buy' | 'sell';
export type ExecutionEntry = 'in' | 'out' | 'inout' | 'out_by';

/** One row of a trading platform's history (semantics.md 5.3). Decimal strings are canonical: no trailing zeros. */
export interface ExecutionFields {
  /** `server:login`; a login alone is not unique across servers. */
  account: string;
  position: string;
  order?: string;
  side: ExecutionSide;
  entry: ExecutionEntry;
  /** Symbol after the source's suffix map. */
  symbol: string;
  /** Symbol as the platform wrote it, only when the map changed it. */
  rawSymbol?: string;
  /** Lots of this execution, zero or more. */
  lots: string;
  /** For `inout`: the part that closes; the rest opens. For `out` and `out_by`: what the platform says it closed. */
  closedLots?: string;
  price?: string;
  contractSize?: string;
  /** Deposit currency of the account; signed as the platform signs it. */
  profit?: string;
  commission?: string;
  swap?: string;
  fee?: string;
  /** True when the platform, not the customer, made this execution (rollover, transfer, migration ...). */
  service: boolean;
  /** True when the platform took the execution back. */
  cancelled: boolean;
  /** `out_by` where the row names the opposite position. */
  closeByPosition?: string;
  /** The platform's own word or number for why the execution happened. */
  rawReason?: string;
}

/** A row of a mapping table: this identifier belongs to that customer, from and to these instants (half-open). */
export interface IdentifierLinkFields {
  namespace: string;
  value: string;
  customerNamespace: string;
  customerValue: string;
  effectiveFrom?: string;
  effectiveTo?: string;
}

export const CUSTOMER_STATUS_WORDS = [
  'self_excluded',
  'cooling_off',
  'closed',
  'duplicate',
  'readmitted',
] as const;

/** What an event says of a customer's standing (semantics.md 8); `until` is canonical ISO UTC. */
export interface CustomerStatusFields {
  status: (typeof CUSTOMER_STATUS_WORDS)[number];
  until?: string;
}

export const KYC_STATUSES = ['pending', 'passed', 'failed'] as const;
export type KycStatus = (typeof KYC_STATUSES)[number];

/** What a status can mean; anything but approved makes the event `unsettled`. */
export const STATUSES = ['approved', 'pending', 'declined'] as const;

/** What a gateway can say about a payout. None of them is final: a paid one may come back (connectors.md 1.9). */
export const PAYOUT_STATUSES = [
  'processing',
  'paid',
  'failed',
  'returned',
  'cancelled',
  'unclaimed',
  'reversed',
] as const;

export type PayoutStatus = (typeof PAYOUT_STATUSES)[number];

/** The gateway's word on one payout. `fee` is a decimal string in the event's currency, booked apart. */
export interface PayoutFields {
  status: PayoutStatus;
  /** The gateway's own id of the payout. */
  gatewayId?: string;
  fee?: string;
}

/** One canonical fact as the source told it. Event key = (source, recordType, externalId, part), rules.md 1.5. */
export interface CanonicalEvent {
  kind: EventKind;
  /** As the outside system names the record, not our kind: the kind may change by revision. */
  recordType: string;
  externalId: string;
  /** '' unless one outside record tells several facts. */
  part: string;
  /** Canonical ISO UTC (formatInstant). Parse it before comparing: three and six fraction digits do not sort as text. */
  occurredAt: string;
  /** True when the source gave no time and `occurredAt` is our `receivedAt`: sameness leaves it out (comparableContent). */
  occurredAtAssumed?: boolean;
  /** The time as the source wrote it. */
  rawTime?: string;
  /** The first one resolves the event; a registration links them all. */
  identifiers: readonly Identifier[];
  /** Decimal string in major units of `currency`, sign as the kind implies (a deposit is positive). */
  amount?: string;
  currency?: string;
  /** The part of `amount` that was bonus money, from zero to the amount. */
  bonusPart?: string;
  /** Named figures of a report row, such as ggr or deposits: decimal strings, money in `currency`; `rounds` and `..._count` are counts. */
  measures?: Readonly<Record<string, string>>;
  clickId?: string;
  code?: string;
  transactionId?: string;
  country?: string;
  product?: string;
  brand?: string;
  /** After the status map: 'approved', 'pending' or 'declined'. Anything but approved comes with the kind `unsettled`. */
  status?: string;
  rawStatus?: string;
  test?: boolean;
  /** For chargeback, refund, reversal: the external id of the original. */
  originalId?: string;
  execution?: ExecutionFields;
  kyc?: { status: KycStatus };
  /** Of `self_excluded`, `account_closed` and `kyc_status`: what the customer is barred by from `occurredAt` on, until an instant where one is told; `readmitted` ends it. */
  customerStatus?: CustomerStatusFields;
  /** Only with the kind `payout_status`. */
  payout?: PayoutFields;
  /** Group of the trading account, as the platform names it. */
  group?: string;
  /** Currency of the trading account as the platform writes it, upper case: USD, also units such as USC. */
  accountCurrency?: string;
  link?: IdentifierLinkFields;
  extra?: Readonly<Record<string, string>>;
}

/** How the effective revision of one event key is chosen (rules.md 1.6). */
export type RevisionOrderKind = 'version' | 'modifiedAt' | 'statusRank' | 'arrival';

/**
 * The place of this revision among the revisions of its event. `value` is bytewise comparable:
 * a greater string is a later revision. `arrival` carries none.
 */
export interface RevisionOrder {
  kind: RevisionOrderKind;
  value?: string;
}

export interface MappingWarning {
  code: ReasonCode;
  detail: string;
}

/** A code that the mapping has no meaning for: where the row says it, and the table of the document that lacks it. */
export interface UnknownCode {
  /** Path inside the row. */
  path: string;
  value: string;
  /** JSON path in the mapping document, `settings.<name>` for a table of the source, `$.rules` where no rule knows the row. */
  table: string;
}

export type MappedItem =
  | {
      outcome: 'event';
      /** Path of the row inside the delivery: `$`, `$.rows[3]`, `line 7`; with `#n` where a rule tells several events. */
      path: string;
      event: CanonicalEvent;
      order: RevisionOrder;
      warnings: readonly MappingWarning[];
    }
  | { outcome: 'ignored'; path: string; reason: ReasonCode; detail: string }
  | {
      /** `refused` only where the mapping says so (`severity`, `checks`): the item is answered and not kept for a repair. */
      outcome: 'quarantined' | 'refused';
      path: string;
      reason: ReasonCode;
      detail: string;
      code?: UnknownCode;
    };

export type ValueType = 'text' | 'number' | 'boolean' | 'null' | 'list' | 'object';

/** A field that no part of the mapping reads or knows. */
export interface UnknownField {
  /** Path inside the row; `[*]` for every element of a list. */
  path: string;
  type: ValueType;
  /** In how many places of this delivery. */
  count: number;
  /** Number of the first row that carries it, from 0. */
  item: number;
  /** At most 60 characters of the first value. */
  sample?: string;
}

/**
 * One delivery gives its items in order. `empty`: well-formed and without rows (a poll that found nothing).
 * `refused`: not readable as a whole, or the outside system answered with an error (`failed_answer`); no row was told.
 */
export type MappedDelivery =
  | {
      outcome: 'items';
      items: readonly MappedItem[];
      /** How many fields nobody reads; `unknown` names the first of them. */
      unknownFields: number;
      unknown?: readonly UnknownField[];
    }
  | { outcome: 'empty'; reason: ReasonCode; detail: string }
  | { outcome: 'refused'; reason: ReasonCode; detail: string; path: string };

/** Bytes of one delivery as a feed handed them over. `receivedAt` is integer microseconds since the epoch. */
export interface DeliveryInput {
  /** The name of the feed, for mappings that read feeds differently. */
  feed?: string;
  body: Uint8Array | string;
  contentType?: string;
  /** Decoded query pairs, in order; repeated names stay repeated. */
  query?: readonly (readonly [string, string])[];
  receivedAt: number;
}
