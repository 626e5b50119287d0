import { formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import { addMicros, formatInstant, maxInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { fromMinor } from '../../kernel/money.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { endOfPeriod, periodOf } from '../../kernel/period.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import type { CpaComponent, DealVersion } from '../../registry/deals/facts.ts';
import { findDealInForce } from '../../registry/facts.ts';
import { dealOfGrade } from '../../registry/grades/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { Attribution } from '../attribution/facts.ts';
import { findAttributionAt } from '../attribution/index.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { ClosedTrade } from '../qualification/facts.ts';
import { countDeposits, judgeGates, qualifyCpa } from '../qualification/index.ts';
import type { CountedDeposit, CpaOutcome, TermsInForce } from '../qualification/index.ts';
import { isBeforeCutOver } from './authority.ts';
import { listCpa } from './components.ts';
import { knownSince } from './late.ts';
import { isByPeriod, payCpa, takeBackCpa, withdrawCpa } from './cpa-lines.ts';
import type { CpaTaking, WonCpa } from './cpa-lines.ts';
import type { CpaStanding, CustomerContext, Line, PeriodInput } from './facts.ts';
import { findWithdrawal } from './withdrawn.ts';

/** What became of the CPA of a customer. */
export interface CpaDecision {
  readonly lines: readonly Line[];
  /** What it brings to components that are settled by period. */
  readonly inputs: readonly PeriodInput[];
  /** The event that made it qualify; also when the CPA was taken back since. */
  readonly grantedBy?: string;
  /** Component that was granted, and earns or earned something. */
  readonly granted?: string;
  /** Why nothing is paid. Absent when something is. */
  readonly reason?: ReasonCode;
  readonly detail?: string;
  /** The deposit that fell short. */
  readonly fellShort?: string;
  /** Events that counted for the conditions. */
  readonly counted: ReadonlySet<string>;
  /** By when what it rests on had come, by the program's clock; absent: nothing was granted. */
  readonly knownAt?: Instant;
  /** A chargeback that takes it back, with its own lines. */
  readonly taken?: {
    readonly eventId: string;
    readonly lines: readonly Line[];
    readonly inputs: readonly PeriodInput[];
    /** When the last came of what it rests on and of what it takes, by the program's clock. */
    readonly knownAt: Instant;
  };
  readonly standing?: CpaStanding;
}

/** What a CPA rests on. */
export interface CpaEvidence {
  readonly customerId: string;
  readonly deposits: readonly CountedDeposit[];
  /** Events of customer scope that count: without tests and those that corroborate. */
  readonly events: readonly PlacedEvent[];
  /** Known where a deal asks for them (`asksForTrades`). */
  readonly trades: readonly ClosedTrade[];
  /** Slug of the source that told the registration. */
  readonly registeredBy: string;
  /** The bonds as they were without later decisions that leave a granted CPA where it is. */
  readonly standing?: readonly Attribution[];
}

/** One CPA component under the bond whose partner would earn it. */
interface Bid {
  readonly bond: Attribution & { readonly partnerId: string };
  /** The same bond as it stands in the context. */
  readonly bondAt: Attribution;
  readonly component: CpaComponent;
  readonly deal: DealVersion;
  readonly outcome: CpaOutcome;
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Decides the CPA of a customer: once per (customer, program), to the partner attributed at `qualifiedAt`, on the terms at the
 * instant that this partner was attributed, or, where there were none yet or the deal says so, at qualification (rules.md 2.6 and 5
 * "CPA"). Of several components the earliest qualifiedAt wins, ties by order in the deal. One that qualified before the latest cut-over
 * of the sources it rests on is granted and pays nothing. A chargeback after that takes it back by lines of its own. Pure.
 */
export function decideCpa(
  program: ProgramSnapshot,
  context: CustomerContext,
  evidence: CpaEvidence,
): CpaDecision {
  if (evidence.standing !== undefined) {
    const stood = decideUnder(program, { ...context, attributions: evidence.standing }, evidence);
    if (stood.grantedBy !== undefined) return stood;
  }
  return decideUnder(program, context, evidence);
}

function unpaid(reason: ReasonCode): CpaDecision {
  return { lines: [], inputs: [], counted: NOBODY, reason };
}

function decideUnder(program: ProgramSnapshot, context: CustomerContext, evidence: CpaEvidence): CpaDecision {
  const { registeredAt, registrationId } = context;
  if (registeredAt === null || registrationId === null) return unpaid('unknown_customer');
  if (context.test) return unpaid('test_event');
  const registered = { ...context, registeredAt, registrationId };
  const bids = listBids(program, registered, evidence);
  const best = findBest(context, bids, evidence.customerId);
  if (best !== undefined) return grant(program, context, { won: best, evidence });
  return explainNone(
    { program, context: registered, at: earliestInstant(registered, evidence.deposits) },
    bids,
  );
}

/** The bid that qualified first; ties by order in the deal. */
function findBest(context: CustomerContext, bids: readonly Bid[], customerId: string): WonCpa | undefined {
  let best: WonCpa | undefined;
  for (const { bondAt, bond, component, deal, outcome } of bids) {
    if (!outcome.qualified || findAttributionAt(context.attributions, outcome.qualifiedAt) !== bondAt)
      continue;
    if (best === undefined || outcome.qualifiedAt < best.outcome.qualifiedAt)
      best = { customerId, bond, component, deal, outcome };
  }
  return best;
}

type Registered = CustomerContext & { readonly registeredAt: Instant; readonly registrationId: string };

/** A qualified CPA, as far as gates, cut-over and what happened since leave it. */
function grant(
  program: ProgramSnapshot,
  context: CustomerContext,
  { won, evidence }: { readonly won: WonCpa; readonly evidence: CpaEvidence },
): CpaDecision {
  const { outcome, component, bond } = won;
  const { qualifiedAt, grantedBy, counted } = outcome;
  const standing = (state: CpaStanding['state'], reason?: ReasonCode): CpaStanding => ({
    state,
    ...(reason === undefined ? {} : { reason }),
    component: component.id,
    partnerId: bond.partnerId,
    qualifiedAt: formatInstant(qualifiedAt),
    progress: outcome.progress,
  });
  const none = (reason: ReasonCode): CpaDecision => ({
    lines: [],
    inputs: [],
    grantedBy,
    counted,
    reason,
    standing: standing('taken', reason),
  });
  if (isBeforeCutOver(program, qualifiedAt, sourcesOf(won, evidence))) return none('before_cutover');
  const gate = judgeGates(context, qualifiedAt);
  const since = findKnownSince(program, context, { won, evidence });
  const knownAt = takenSince(won, evidence, since);
  const { lines, zeros, inputs } = payCpa(program, context, won, {
    held: gate.kind === 'held',
    takenKnownAt: knownAt,
  });
  if (gate.kind === 'closed') {
    const withdrawn = findWithdrawal(context, gate.reason, qualifiedAt);
    if (withdrawn === undefined) return none(gate.reason);
    return { ...none(gate.reason), lines: withdrawCpa(program, won, lines, withdrawn) };
  }
  const taking: CpaTaking | undefined =
    outcome.taken === undefined ? undefined : { at: outcome.taken.at, reason: 'chargeback' };
  const isPaid = lines.length + inputs.length > 0;
  return {
    lines,
    inputs: [...inputs, ...advanceOf(program, won, lines, { at: qualifiedAt, sign: '' })],
    grantedBy,
    granted: component.id,
    counted,
    knownAt: since,
    ...(isPaid ? {} : { reason: zeros[0]?.reason ?? 'zero_amount' }),
    ...(taking === undefined || outcome.taken === undefined
      ? {}
      : {
          taken: {
            eventId: outcome.taken.eventId,
            knownAt,
            lines: takeBackCpa(program, won, lines, taking),
            inputs: advanceOf(program, won, lines, { at: taking.at, sign: '-' }),
          },
        }),
    standing: taking === undefined ? standing('granted') : standing('taken', 'chargeback'),
  };
}

/**
 * By when the CPA was known: when the last came of what it rests on, or the closing by which what had come was enough for it in its month.
 * What came later and changes nothing of that moves it nowhere (rules.md 2.10). Of closed trades it is not known when they came.
 */
function findKnownSince(
  program: ProgramSnapshot,
  context: CustomerContext,
  { won, evidence }: { readonly won: WonCpa; readonly evidence: CpaEvidence },
): Instant {
  const { outcome, component, bond } = won;
  const since = knownSince(outcome, evidence.events);
  const { registeredAt, registrationId } = context;
  if (registeredAt === null || registrationId === null) return since;
  const period = periodOf(outcome.qualifiedAt, program.zone);
  const closings = (program.closedPeriods ?? []).filter(
    (closing) => closing.period >= period && closing.closedAt < since,
  );
  for (const { closedAt } of closings) {
    const events = evidence.events.filter(({ receivedAt }) => receivedAt <= closedAt);
    const { deposits } = countDeposits(events, program.rates);
    const bids = listBids(
      program,
      { ...context, registeredAt, registrationId },
      { ...evidence, events, deposits },
    );
    const then = findBest(context, bids, evidence.customerId);
    const isSame =
      then?.component.id === component.id &&
      then.bond.partnerId === bond.partnerId &&
      periodOf(then.outcome.qualifiedAt, program.zone) === period;
    if (isSame) return closedAt;
  }
  return since;
}

/** When a CPA and what takes it back were known, by the program's clock. */
function takenSince({ outcome }: WonCpa, { events }: CpaEvidence, since: Instant): Instant {
  const taking = events.find((event) => event.eventId === outcome.taken?.eventId);
  return taking === undefined ? since : maxInstant(since, taking.receivedAt);
}

/** Slugs of the sources whose events the qualification uses. */
function sourcesOf({ outcome }: WonCpa, { registeredBy, deposits, events }: CpaEvidence): string[] {
  const used = new Set([registeredBy]);
  for (const event of [...deposits.map((deposit) => deposit.event), ...events])
    if (outcome.counted.has(event.eventId) && event.occurredAt <= outcome.qualifiedAt)
      used.add(event.sourceSlug);
  if (outcome.deposit !== undefined) used.add(outcome.deposit.event.sourceSlug);
  return [...used];
}

/**
 * What the CPA is to revenue shares that count it as an advance (rules.md 2.12): those of the deal in force at the end of its month, whichever
 * version granted it. A CPA that is settled by period is told there.
 */
function advanceOf(
  program: ProgramSnapshot,
  { bond, component }: WonCpa,
  lines: readonly Line[],
  { at, sign }: { readonly at: Instant; readonly sign: '' | '-' },
): PeriodInput[] {
  const line = lines.find((one) => one.leaf);
  if (line === undefined || isByPeriod(component)) return [];
  const period = periodOf(at, program.zone);
  const deal = findDealInForce(program, bond.partnerId, addMicros(endOfPeriod(period, program.zone), -1));
  if (deal === undefined) return [];
  const own = convertAmount(program.rates, fromMinor(BigInt(line.amountMinor), line.currency), {
    from: line.currency,
    to: deal.document.currency,
    at,
  });
  if (own === undefined) return [];
  const amount = formatDecimal(normalizeDecimal(own.amount));
  return deal.document.components.flatMap((other) =>
    other.kind === 'revshare' && other.recoup?.component === component.id
      ? [
          {
            component: other.id,
            partnerId: bond.partnerId,
            period,
            measures: { cpa: `${sign}${amount}` },
          },
        ]
      : [],
  );
}

/** When all conditions but KYC can be true at the earliest: the first deposit, or the registration where that came later. */
function earliestInstant(context: Registered, deposits: readonly CountedDeposit[]): Instant {
  return maxInstant(deposits[0]?.event.occurredAt ?? context.registeredAt, context.registeredAt);
}

/** Every CPA component of every partner the customer was ever bound to, in order of the bonds and of the deal. */
function listBids(program: ProgramSnapshot, context: Registered, evidence: CpaEvidence): Bid[] {
  return context.attributions.flatMap((attribution) => {
    const { partnerId } = attribution;
    if (partnerId === null) return [];
    const bond = { ...attribution, partnerId };
    const judge: Judge = (deal, component, terms) =>
      withGrade(program, {
        bond,
        bondAt: attribution,
        deal,
        component,
        outcome: qualifyCpa(component, {
          ...context,
          ...evidence,
          ...(terms === undefined ? {} : { terms }),
          clickedAt: bond.winner?.kind === 'click' ? bond.winner.at : null,
          zone: program.zone,
          currency: deal.document.currency,
          rates: program.rates,
        }),
      });
    const first = findDealInForce(program, partnerId, attribution.from);
    const fixed =
      first === undefined
        ? []
        : listCpa(first)
            .filter((component) => component.termsAt === 'attribution')
            .map((component) => judge(first, component));
    const since = maxInstant(context.registeredAt, attribution.from);
    return [...fixed, ...listOpenBids(program, { context, evidence, partnerId, first, since }, judge)];
  });
}

/** Whichever version counts, what it pays is that of the grade at qualification; a grade changes amounts only, never what qualifies. */
function withGrade(program: ProgramSnapshot, bid: Bid): Bid {
  if (!bid.outcome.qualified) return bid;
  const { partnerId } = bid.bond;
  const deal = dealOfGrade(program, { partnerId, deal: bid.deal, at: bid.outcome.qualifiedAt });
  const component = listCpa(deal).find((own) => own.id === bid.component.id);
  return component === undefined ? bid : { ...bid, deal, component };
}

interface OpenQuestion {
  readonly context: Registered;
  readonly evidence: CpaEvidence;
  readonly partnerId: string;
  /** The deal at attribution. */
  readonly first: DealVersion | undefined;
  /** From when on the customer is registered and this partner's. */
  readonly since: Instant;
}

type Judge = (deal: DealVersion, component: CpaComponent, terms?: TermsInForce) => Bid;

/**
 * Components whose terms are those at qualification, which the deal at attribution says, or its absence: by each version, while it is in
 * force. The one at the earliest instant comes first, as what is missing is told by it.
 */
function listOpenBids(program: ProgramSnapshot, question: OpenQuestion, judge: Judge): Bid[] {
  const { context, evidence, partnerId, first, since } = question;
  const inForceAt = (at: Instant): string | undefined => findDealInForce(program, partnerId, at)?.id;
  const own = program.dealsOf.get(partnerId) ?? [];
  const early = inForceAt(earliestInstant(context, evidence.deposits));
  const versions = [...endingAfter(own, since), ...endingAfter(program.defaultDeals, since)];
  const ordered = [
    ...versions.filter((deal) => deal.id === early),
    ...versions.filter((deal) => deal.id !== early),
  ];
  return ordered.flatMap((deal) =>
    listCpa(deal)
      .filter((component) => first === undefined || isOpen(first, component.id))
      .map((component) =>
        judge(deal, component, {
          from: deal.effectiveFrom,
          holdAt: (at) => inForceAt(at) === deal.id,
          moves: context.attributions.map((attribution) => attribution.from),
        }),
      ),
  );
}

/** Versions of one deal that are not over by then: each holds until the next one begins. */
function endingAfter(versions: readonly DealVersion[], at: Instant): DealVersion[] {
  return versions.filter((_, index) => (versions[index + 1]?.effectiveFrom ?? Number.POSITIVE_INFINITY) > at);
}

function isOpen(first: DealVersion, id: string): boolean {
  return listCpa(first).some((component) => component.id === id && component.termsAt === 'qualification');
}

/** The reason of the bond that would have earned it, at the instant nearest to qualification. */
function explainNone(
  {
    program,
    context,
    at: earliest,
  }: { readonly program: ProgramSnapshot; readonly context: Registered; readonly at: Instant },
  bids: readonly Bid[],
): CpaDecision {
  const late = bids.find((bid) => bid.outcome.qualified)?.outcome;
  const at = late?.qualified === true ? late.qualifiedAt : earliest;
  const bond = findAttributionAt(context.attributions, at);
  if (bond === undefined || bond.partnerId === null) return unpaid(bond?.reason ?? 'unattributed');
  const hasTerms = findDealInForce(program, bond.partnerId, at) !== undefined;
  const short = bids.find((bid) => bid.bondAt === bond && !bid.outcome.qualified);
  if (short === undefined || short.outcome.qualified)
    return unpaid(hasTerms ? 'not_commissionable' : 'no_deal');
  const { reason, detail, depositId, progress, counted, windowEnds } = short.outcome;
  const standing: CpaStanding = {
    state: 'open',
    reason,
    component: short.component.id,
    partnerId: bond.partnerId,
    progress,
    ...(windowEnds === undefined ? {} : { windowEnds: formatInstant(windowEnds) }),
    ...closesAtOf(bids),
  };
  // The deal that will judge the customer begins later.
  if (!hasTerms) return { ...unpaid('no_deal'), standing };
  return {
    lines: [],
    inputs: [],
    counted,
    reason,
    detail,
    ...(depositId === undefined ? {} : { fellShort: depositId }),
    standing,
  };
}

function closesAtOf(bids: readonly Bid[]): { closesAt?: string } {
  let last: Instant | undefined;
  for (const { outcome } of bids) {
    if (outcome.qualified || outcome.windowEnds === undefined) return {};
    if (last === undefined || outcome.windowEnds > last) last = outcome.windowEnds;
  }
  return last === undefined ? {} : { closesAt: formatInstant(last) };
}
