import type { Instant } from '../../kernel/instant.ts';
import { parseMinor } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { CountryBasis, ProgramSnapshot } from '../../registry/facts.ts';
import { rebateKeyPart } from '../../registry/rebates/facts.ts';
import type { RebateOrigin } from '../../registry/rebates/facts.ts';
import type { AssemblyOutcome } from '../assembly/facts.ts';
import type { Attribution, Candidate, CountrySpan } from '../attribution/facts.ts';
import type { CustomerFact, IdentifierClaim, PlacedEvent } from '../identity/facts.ts';
import type { ClosedTrade, KycSpan, Progress, StatusSpan } from '../qualification/facts.ts';

/** What event-scope decisions need to know of a customer; stored as `customer.context`, so that a trade does not read its history. */
export interface CustomerContext {
  readonly registeredAt: Instant | null;
  readonly registrationId: string | null;
  /** At registration, and whose word it is. */
  readonly country: string | null;
  readonly countryFrom: CountryBasis | null;
  /** Over time, from the registration on (rules.md 5 "Geo"). */
  readonly countries: readonly CountrySpan[];
  readonly test: boolean;
  readonly attributions: readonly Attribution[];
  readonly kyc: readonly KycSpan[];
  readonly statuses: readonly StatusSpan[];
  /** The CPA component that was granted, where a deal pays a share only if none was. */
  readonly granted?: string;
  /** A chargeback took that CPA back. */
  readonly takenBack?: true;
}

/**
 * The desired amount for one natural key: (event or customer, component, beneficiary, level).
 * Everything that explains the amount stands in it by value, so an explanation needs no recomputation.
 */
export interface Line {
  readonly component: string;
  readonly partnerId: string;
  /** Depth of the beneficiary at the event's instant, top = 1. */
  readonly level: number;
  /** Minor units of `currency`, as text (jsonb has no bigint). */
  readonly amountMinor: string;
  readonly currency: string;
  /** Settlement group: first day (program zone) on which the hold is over, and a reason that holds it whatever the day. */
  readonly holdDay: string;
  readonly holdReason: '' | 'kyc_pending' | 'partner_hold' | 'period_open';
  readonly dealId: string;
  readonly dealVersion: number;
  readonly leaf: boolean;
  /** How the amount came about, decimal strings: for per_lot {lots, rate, exact, mode, own?, below?}, for cpa {amount, depositId, deposit, qualifiedAt}. */
  readonly basis: Readonly<Record<string, string>>;
  /** Of a line that takes back what another line paid, or that is less than it was: what it is instead after payment. */
  readonly ifPaid?: PaidAlternative;
  /** Of what the partner gives to the customer: by which rule, and for which span. */
  readonly rebate?: RebateOrigin;
}

/**
 * What a line is instead where the line of `key` had been paid out at or before `by` (rules.md 2.7): before payment everything is taken
 * back, after it what the schedule says. The line itself holds the amount for what was not paid by then.
 */
export interface PaidAlternative {
  /** Natural key of the line that was paid; the line's own where it is one and the same. */
  readonly key: string;
  /** ISO; the instant of what takes it back. */
  readonly by: string;
  /** Signed minor units of the line's currency, as text. */
  readonly amountMinor: string;
  /** A person decides whether what is taken after payment stands; absent: it stands. */
  readonly review?: true;
}

/** What a line with an alternative says to the partner's lane: how it stands now, not how it changed. */
export interface PaidStanding {
  /** Natural key of the line that it takes from; its own where it is one and the same. */
  readonly key: string;
  /** ISO; the instant of what takes it back. */
  readonly by: string;
  /** Minor units, as text, zero or more: what that line was worth. */
  readonly original: string;
  /** Of it is taken where nothing was paid by then; zero: nothing is taken any more. */
  readonly taken: string;
  /** Less is taken where all of it was paid by then. Its sign is that of what is spared: plus is the partner's gain. */
  readonly spared: string;
  readonly review?: true;
}

/**
 * What one event, or a customer's CPA, brings to a component that is settled by period in the partner's lane (rules.md 2.2): sums only,
 * and, where an order decides what is paid, a candidate. Kept with the decision by value, so that what was handed on can be subtracted.
 */
export interface PeriodInput {
  /** Id in the deal of `partnerId`. */
  readonly component: string;
  readonly partnerId: string;
  /** First day of the period in the program's zone, 'YYYY-MM-DD'. */
  readonly period: string;
  /** The period in which it happened, where that was closed when it came and the deal lets it count in a later one (`late: current_period`). */
  readonly lateOf?: string;
  /** Named sums: canonical decimal text, money in the deal's currency and unrounded. */
  readonly measures: Measures;
  /** Something that is paid whole or not at all, in the order of `at` and then of `key` (rules.md 2.3). */
  readonly candidate?: {
    /** qualifiedAt, or occurredAt: ISO. */
    readonly at: string;
    /** Bytewise place among candidates of one instant: source, recordType, externalId, part. */
    readonly order: string;
    /** Natural key of what is paid without a cap. */
    readonly key: string;
    /** Unrounded amount in the deal's currency. */
    readonly amount: string;
    /** The same in the program's base currency, where that is another and a limit of money asks for it. */
    readonly base?: string;
    /** Of the customer, for caps by country; '' = not known. */
    readonly country: string;
    /**
     * A chargeback took it back at this instant (ISO), in this period: all of what was not paid out by then, and of what was, so many
     * per cent. It keeps its place.
     */
    readonly taken?: { readonly at: string; readonly percent: string; readonly period?: string };
  };
}

/** Before the name of a measure that counts only where a limit refuses the customer's CPA (`revshare_fallback`). */
export const INSTEAD = 'instead/';

/** The measure by which a month of a CPA tells a share whom its limit refused. */
export const ABOVE_CAP = 'above_cap';

/** A change of what a customer brings to a scope, on its way to the partner's lane. Changes of one scope may come in any order. */
export interface InputDifference {
  readonly component: string;
  readonly partnerId: string;
  readonly period: string;
  readonly customerId: string;
  /** Signed. */
  readonly measures: Measures;
  /** n = 1: it stands now; n = -1: it does not any more. */
  readonly candidates?: readonly (NonNullable<PeriodInput['candidate']> & { readonly n: 1 | -1 })[];
}

/** What was decided about one event. */
export interface EventDecision {
  readonly state: 'decided' | 'waiting';
  /** Set when nothing is paid, or when it waits. */
  readonly reason?: ReasonCode;
  readonly detail?: string;
  readonly assembly?: AssemblyOutcome;
  readonly lines: readonly Line[];
  /** What it brings to components that are settled by period; absent when nothing. */
  readonly inputs?: readonly PeriodInput[];
  /** Money in another currency than the program's: what it is worth there. Without `amount` there is no rate for its instant yet. */
  readonly base?: {
    readonly currency: string;
    readonly amount?: string;
    readonly rate?: string;
    readonly rateSource?: string;
    /** Publication of the rate, ISO UTC. */
    readonly rateAt?: string;
  };
  /** How far the customer is with the conditions of its CPA, where this event is the one that says so. */
  readonly progress?: readonly Progress[];
  /** An exchange rate was asked for: a rate of its days that is published later has it judged again. */
  readonly rated?: true;
  /** Who could have earned on this event and did not, each with its reason; absent when empty. */
  readonly zeros?: readonly ZeroLine[];
}

/** A line that came to nothing. Kept for explanation only: it has no natural key in the books. */
export interface ZeroLine {
  readonly component: string;
  readonly partnerId: string;
  readonly level: number;
  readonly reason: ReasonCode;
}

/** Where a customer stands with the CPA of its partner, as far as evidence says; that a window has ended is read from the clock. */
export interface CpaStanding {
  /** open: not qualified. taken: it was granted, and since taken back or not paid, with the reason. */
  readonly state: 'open' | 'granted' | 'taken';
  readonly reason?: ReasonCode;
  readonly component: string;
  readonly partnerId: string;
  /** ISO. */
  readonly qualifiedAt?: string;
  /** ISO; the instant from which on it is too late. */
  readonly windowEnds?: string;
  /** ISO; not before the window of every CPA that it could have qualified for has ended: what happens later counts for none. */
  readonly closesAt?: string;
  readonly progress: readonly Progress[];
}

/** Commutative sums of a customer (requirements C11). Decimal strings; trades are counted when closed and assembled. */
export interface CustomerSummary {
  readonly deposits: Readonly<Record<string, { readonly count: number; readonly total: string }>>;
  readonly withdrawals: Readonly<Record<string, { readonly count: number; readonly total: string }>>;
  readonly firstDeposit: {
    readonly eventId: string;
    readonly at: Instant;
    readonly amount: string;
    readonly currency: string;
  } | null;
  readonly trades: { readonly count: number; readonly lots: string };
  /** Absent where no partner's deal has a CPA for the customer. */
  readonly cpa?: CpaStanding;
  /** What customer scope brought to components that are settled by period; absent when nothing. */
  readonly inputs?: readonly PeriodInput[];
  /** Absent in what was stored before figures were kept: the next turn counts everything. */
  readonly figures?: CustomerFigures;
}

export interface CustomerInput {
  readonly program: ProgramSnapshot;
  readonly customerId: string;
  readonly facts: readonly CustomerFact[];
  /** All events of group 'c', any order. */
  readonly events: readonly PlacedEvent[];
  /** The closed trades of the customer, where a deal asks for them (`dealsAskForTrades`); absent: none. */
  readonly trades?: readonly ClosedTrade[];
}

/** The outcome of customer scope: everything but the executions. */
export interface CustomerScopeDecision {
  readonly context: CustomerContext;
  readonly claims: readonly IdentifierClaim[];
  readonly lines: readonly Line[];
  /** What the customer itself brings to components that are settled by period. */
  readonly inputs: readonly PeriodInput[];
  /** Why there is no line of customer scope. */
  readonly unpaid?: ReasonCode;
  /** Money part only; the trades part is kept by the step from the executions' decisions. */
  readonly summary: Omit<CustomerSummary, 'trades' | 'figures' | 'inputs'>;
  readonly figures: ScopeFigures;
  readonly decisions: ReadonlyMap<string, EventDecision>;
}

/** One posted difference of one natural key, on its way from a customer's lane to a partner's. */
export interface LineDifference {
  /** Signed minor units, as text. */
  readonly amountMinor: string;
  readonly currency: string;
  readonly component: string;
  readonly partnerId: string;
  readonly level: number;
  readonly holdDay: string;
  readonly holdReason: Line['holdReason'];
  /** '' for what is settled by period, which is nobody's alone. */
  readonly customerId: string;
  readonly customerLane: number;
  /** null: customer scope, or period scope. */
  readonly eventId: string | null;
  /** First day of the period, of what is settled by period. */
  readonly period?: string;
  /** What a person put in: nobody's event or customer stands behind it (rules.md 1.8, requirements C1). */
  readonly manual?: ManualOrigin;
  /** What the partner gives to the customer: part of its natural key. */
  readonly rebate?: RebateOrigin;
  /** Why it is less than it was, or nothing any more; for telling the partner, never for deciding. */
  readonly reason?: ReasonCode;
  /** Time of what is paid for: occurredAt of the event, qualifiedAt of a CPA; ISO. */
  readonly causedAt: string;
  /** How its line stands where the line it takes from had been paid out by then (rules.md 2.7). The amount may be zero with it. */
  readonly ifPaid?: PaidStanding;
}

/** The row by hand behind a line: what an earlier system left, or an adjustment. */
export interface ManualOrigin {
  readonly id: string;
  readonly kind: 'opening' | 'adjustment';
}

/** The payload of a `lines` hop: everything one turn of customer lanes hands to partner lanes. */
export interface LinesHop {
  readonly programId: string;
  /** The change set that caused all of it (rules.md 2.16); absent: none did. */
  readonly changeSetId?: string;
  readonly differences: readonly LineDifference[];
  /** For components that are settled by period; absent when nothing changes in them. */
  readonly inputs?: readonly InputDifference[];
  /** For the partners' figures, which are no books; absent when nothing changes in them. */
  readonly figures?: readonly FigureDifference[];
}

/** The payload of a `facts` hop: whose facts are also to stand with whom, because they were merged. */
export interface FactsHop {
  readonly programId: string;
  /** The change set that caused all of it (rules.md 2.16); absent: none did. */
  readonly changeSetId?: string;
  readonly moves: readonly { readonly customerId: string; readonly to: string }[];
}

/**
 * The natural key of a line as text: `e:event:component:partner:level`, `c:customer:component:partner:level`, or, settled by period,
 * `p:period:component:partner`. The component of a rebate is followed by its rule and its span. `verify` compares these.
 */
export function naturalKeyOf(
  line: Pick<
    LineDifference,
    'eventId' | 'customerId' | 'component' | 'partnerId' | 'level' | 'period' | 'manual' | 'rebate'
  >,
): string {
  if (line.manual !== undefined) return `m:${line.manual.id}:${line.component}:${line.partnerId}`;
  if (line.period !== undefined) return `p:${line.period}:${line.component}:${line.partnerId}`;
  const scope = line.eventId === null ? `c:${line.customerId}` : `e:${line.eventId}`;
  const what = line.rebate === undefined ? line.component : rebateKeyPart(line.component, line.rebate);
  return `${scope}:${what}:${line.partnerId}:${line.level}`;
}

/** The event by which a CPA was granted; undefined for lines of events. */
export function grantedByOf({ basis }: Pick<Line, 'basis'>): string | undefined {
  return basis['grantedBy'] ?? basis['depositId'];
}

/** Of a customer about whom nothing was decided yet. */
export const EMPTY_CONTEXT: CustomerContext = {
  registeredAt: null,
  registrationId: null,
  country: null,
  countryFrom: null,
  countries: [],
  test: false,
  attributions: [],
  kyc: [],
  statuses: [],
};

// Instants without a bound are infinite numbers, which JSON does not know: they are stored as words.
export function encodeInstant(instant: Instant): Instant | string {
  return Number.isFinite(instant) ? instant : String(instant);
}

export function decodeInstant(value: unknown): Instant {
  return (value === null ? Number.NEGATIVE_INFINITY : Number(value)) as Instant;
}

/** The context as it is stored; also what two contexts are compared by. */
export function encodeContext(context: CustomerContext): object {
  return {
    ...context,
    attributions: context.attributions.map((attribution) => ({
      ...attribution,
      from: encodeInstant(attribution.from),
      winner: attribution.winner === null ? null : encodeCandidate(attribution.winner),
      losers: attribution.losers.map(encodeCandidate),
    })),
    kyc: context.kyc.map((span) => ({ ...span, from: encodeInstant(span.from) })),
    statuses: context.statuses.map((span) => ({
      ...span,
      from: encodeInstant(span.from),
      to: encodeInstant(span.to),
    })),
  };
}

function encodeCandidate(candidate: Candidate): object {
  return { ...candidate, at: encodeInstant(candidate.at) };
}

/** A stored context, also one of an earlier version of the program, or the empty document of a customer not decided yet. */
export function decodeContext(stored: Partial<CustomerContext>): CustomerContext {
  return {
    ...EMPTY_CONTEXT,
    ...stored,
    attributions: (stored.attributions ?? []).map((attribution) => ({
      ...attribution,
      from: decodeInstant(attribution.from),
      winner: attribution.winner === null ? null : decodeCandidate(attribution.winner),
      losers: attribution.losers.map(decodeCandidate),
    })),
    kyc: (stored.kyc ?? []).map((span) => ({ ...span, from: decodeInstant(span.from) })),
    statuses: (stored.statuses ?? []).map((span) => ({
      ...span,
      from: decodeInstant(span.from),
      to: decodeInstant(span.to),
    })),
  };
}

function decodeCandidate(candidate: Candidate): Candidate {
  return { ...candidate, at: decodeInstant(candidate.at) };
}

// What is counted of a customer beside what it is worth to partners (requirements C11): sums and counts only, so that order and
// splitting do not matter, and what was counted can be subtracted again.

/** Sums by the name of the measure: canonical decimal text, money in major units. Zeros are left out. */
export type Measures = Readonly<Record<string, string>>;

/** Measures by partner ('' = nobody's), day in the program's zone ('YYYY-MM-DD'), and currency ('' = no money). */
export type FigureCells = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, Measures>>>>>
>;

/** What customer scope counts: recomputed whole whenever customer scope is judged. */
export interface ScopeFigures {
  readonly cells: FigureCells;
  /** Measures of report rows as the source named them, by currency, over all time. */
  readonly told: Readonly<Record<string, Measures>>;
  /** What the customer brought, in the program's base currency; see `computeLifetime`. */
  readonly lifetime: Lifetime;
}

export interface Lifetime {
  readonly basis: 'ngr' | 'net_deposits';
  readonly currency: string;
  /** Canonical decimal text, rounded half-even to the currency's minor unit once. */
  readonly value: string;
  /** Amounts that are not in it, because there was no exchange rate for their instants. */
  readonly withoutRate: number;
}

/** All that is counted of one customer; stored in `customer.summary`, and what partners were handed is computed from it. */
export interface CustomerFigures extends ScopeFigures {
  /** The same cells of closed trades, kept by differences: a trade does not read the others. */
  readonly trading: FigureCells;
  /** What was handed to the books about this customer, by partner and currency; minor units as text. */
  readonly commission: Readonly<Record<string, Measures>>;
  /** Of the last active day; null = never active. Stored apart, because lists are sorted by it. */
  readonly lastDay: string | null;
}

/** What changes in the figures of one partner, day and currency. Names are short because every turn sends some. */
export interface FigureDifference {
  /** Partner. */
  readonly p: string;
  /** Day in the program's zone. */
  readonly d: string;
  /** Currency, '' = no money. */
  readonly c: string;
  /** Signed differences. */
  readonly m: Measures;
}

/** The measures that partners' figures keep, each a column of `partner_figures`. */
export const PARTNER_MEASURES = [
  'leads',
  'firstDepositors',
  'active',
  'activeInMonth',
  'trades',
  'lots',
  'depositCount',
  'deposits',
  'withdrawals',
  'reversed',
  'purchases',
  'ngr',
  'volume',
] as const;
export type PartnerMeasure = (typeof PARTNER_MEASURES)[number];

/**
 * What a line takes of which other, before payment and after it; undefined for a line that takes nothing back. A line that takes from
 * itself (a customer who failed KYC) is worth less than it was, another one is minus what it takes.
 */
export function standingOf(line: Line, naturalKey: string): PaidStanding | undefined {
  const { ifPaid, basis, currency } = line;
  if (ifPaid === undefined) return undefined;
  const amount = BigInt(line.amountMinor);
  const told = parseMinor(basis['takes'] ?? '0', currency as CurrencyCode);
  const original = told.ok ? absolute(told.value) : 0n;
  const isOwn = ifPaid.key === naturalKey;
  return {
    key: ifPaid.key,
    by: ifPaid.by,
    original: original.toString(),
    taken: (isOwn ? original - absolute(amount) : absolute(amount)).toString(),
    spared: (BigInt(ifPaid.amountMinor) - amount).toString(),
    ...(ifPaid.review === undefined ? {} : { review: true as const }),
  };
}

/** Of a line that takes nothing back any more. */
export function endedStanding(before: PaidStanding): PaidStanding {
  const { review: _, ...rest } = before;
  return { ...rest, taken: '0', spared: '0' };
}

function absolute(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}
