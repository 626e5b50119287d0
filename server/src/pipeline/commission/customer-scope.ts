import { sortCanonically } from '../../kernel/canonical-order.ts';
import { decimal, formatDecimal } from '../../kernel/decimal.ts';
import { instantFromIso, maxInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { convertAmount, recordOfConversion } from '../../kernel/rate-book.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { findDealInForce, listChain } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { decideAttributions, findAttributionAt } from '../attribution/index.ts';
import type { AttributionDecision } from '../attribution/index.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { REMAPPED_AWAY } from '../intake/facts.ts';
import type { EventKind } from '../mapping/facts.ts';
import {
  countDeposits,
  findBarAt,
  isChargeback,
  isDeposit,
  isOriginal,
  judgeGates,
  listKycSpans,
  listStatusSpans,
  withAmountsTakenBack,
} from '../qualification/index.ts';
import type { DepositCount } from '../qualification/index.ts';
import { isBeforeCutOver, isCorroborating, sayCorroborated } from './authority.ts';
import { broughtBy } from './brought.ts';
import { listClaims } from './claims.ts';
import { listCpa } from './components.ts';
import { decideCpa } from './cpa.ts';
import { withPaidBefore } from './paid-before.ts';
import { decideByCpa, decideChargeback } from './cpa-events.ts';
import { listCpaInputs } from './cpa-inputs.ts';
import type { CpaDecision, CpaEvidence } from './cpa.ts';
import type { CustomerContext, CustomerInput, CustomerScopeDecision, EventDecision } from './facts.ts';
import { findMergedAway, withoutMergedDuplicates } from './members.ts';
import type { MergedAway } from './members.ts';
import { dateInputs } from './late.ts';
import { listInputs } from './period-inputs.ts';
import { isPropEvent, payProp } from './prop.ts';
import type { PropPay } from './prop.ts';
import { takeBackProp } from './prop-returns.ts';
import { countScope } from './scope-figures.ts';
import { listShareInputs } from './share-inputs.ts';
import { summarize } from './summary.ts';
import { isWithdrawn } from './withdrawn.ts';
import { withdrawProp } from './withdrawn-prop.ts';

/**
 * Decides everything about a customer but the executions: who referred it, its KYC history, the identifiers it claims, its CPA, its
 * sums, and a decision with a reason for each event of customer scope (rules.md 2.6, 2.15 and 5). Pure, and the same for every order
 * of events and facts. Throws a RangeError when content is not canonical.
 */
export function decideCustomerScope(told: CustomerInput): CustomerScopeDecision {
  const { program, customerId } = told;
  const input = { ...told, events: withAmountsTakenBack(told.events, program.rates) };
  const facts = listFactsInForce(input.facts);
  const registrations = sortCanonically(
    input.events.filter((event) => event.content.kind === 'registration'),
  );
  const counting = input.events.filter((event) => !isCorroborating(program, event));
  const registration = registrations.find((event) => program.registrars.has(event.sourceSlug)) ?? null;
  const merged = findMergedAway(program, customerId, { registration, events: input.events, facts });
  const evidence = { events: input.events, facts: merged.facts, merged: merged.events };
  const { bonds, country, countries } = decideAttributions(program, registration, evidence);
  const barring = withoutMergedDuplicates(program, customerId, { facts, events: counting });
  const judged: CustomerContext = {
    registeredAt: registration?.occurredAt ?? null,
    registrationId: registration?.eventId ?? null,
    country: country?.country ?? null,
    countryFrom: country?.basis ?? null,
    countries,
    test: registration?.content.test === true,
    attributions: bonds,
    kyc: listKycSpans(facts, counting),
    statuses: listStatusSpans(barring.facts, barring.events),
  };
  const count = countDeposits(counting, program.rates);
  const decided = decideCpa(program, judged, {
    customerId,
    deposits: count.deposits,
    events: counting.filter((event) => event.content.test !== true),
    trades: input.trades ?? [],
    registeredBy: registration?.sourceSlug ?? '',
    ...withStandingCpa(merged.facts, (kept) =>
      decideAttributions(program, registration, { ...evidence, facts: kept }),
    ),
  });
  const cpa = withPaidBefore(decided, merged.facts);
  const context = withGranted(program, judged, cpa);
  const paid = payProp(program, context, counting);
  const returns = takeBackProp(program, customerId, { paid, events: counting });
  const prop = new Map([
    ...paid.map((one) => [one.event.eventId, one.decision] as const),
    ...returns,
    ...withdrawProp(customerId, { paid, returns }),
  ]);
  const known: Known = { prop, paid, program, context, count, cpa, merged, events: input.events };
  return {
    context,
    claims: listClaims(program, customerId, { facts, events: input.events }),
    lines: cpa.lines,
    inputs: [
      ...dateInputs(
        program,
        [
          ...cpa.inputs,
          ...cpa.lines.flatMap((line) =>
            listShareInputs(program, [line], instantFromIso(line.basis['qualifiedAt'] ?? '')),
          ),
        ],
        cpa.knownAt ?? (Number.NEGATIVE_INFINITY as Instant),
      ),
      ...listCpaInputs(program, context, { deposits: count.deposits, registration }),
    ],
    ...(cpa.reason === undefined ? {} : { unpaid: cpa.reason }),
    summary: { ...summarize(counting, count), ...(cpa.standing === undefined ? {} : { cpa: cpa.standing }) },
    figures: countScope(program, context, { events: counting, count }),
    decisions: new Map(
      input.events.map((event) => [
        event.eventId,
        withPeriods(
          known,
          event,
          withRated(
            known,
            event,
            withShares(known, event, withInputs(known, event, decideEvent(known, event))),
          ),
        ),
      ]),
    ),
  };
}

/** What the event brings, each in the period in which it counts (rules.md 2.10). What takes something back counts no earlier than that. */
function withPeriods(known: Known, event: PlacedEvent, decision: EventDecision): EventDecision {
  if (decision.inputs === undefined) return decision;
  const { program, cpa, prop, paid } = known;
  const takes = prop.has(event.eventId) && !isPropEvent(event);
  const taken = takes ? paid.find((one) => isOriginal(one.event, event)) : undefined;
  const knownAt = cpa.taken?.eventId === event.eventId ? cpa.taken.knownAt : taken?.event.receivedAt;
  return {
    ...decision,
    inputs: dateInputs(program, decision.inputs, maxInstant(event.receivedAt, knownAt ?? event.receivedAt)),
  };
}

/** Which CPA was granted, where a deal of a partner it was ever bound to asks for that: others need not be judged again for it. */
function withGranted(program: ProgramSnapshot, context: CustomerContext, cpa: CpaDecision): CustomerContext {
  const asks = context.attributions.some(({ partnerId }) =>
    [...(program.dealsOf.get(partnerId ?? '') ?? []), ...program.defaultDeals].some(({ document }) =>
      document.components.some((component) => component.kind === 'revshare' && component.unlessPaid !== null),
    ),
  );
  return cpa.granted === undefined || !asks
    ? context
    : { ...context, granted: cpa.granted, ...(cpa.taken === undefined ? {} : { takenBack: true }) };
}

/** The bonds without what was decided by hand after a CPA had been granted: that CPA stays with the partner of then (rules.md 5, Reassignment). */
function withStandingCpa(
  facts: readonly CustomerFact[],
  decide: (facts: readonly CustomerFact[]) => AttributionDecision,
): Pick<CpaEvidence, 'standing'> {
  const kept = facts.filter((fact) => fact.kind !== 'attribution' || fact.keepsCpa !== true);
  return kept.length === facts.length ? {} : { standing: decide(kept).bonds };
}

/** A retraction takes a fact back, and may itself be taken back. What was told ahead is in force once the clock has reached it. */
function listFactsInForce(facts: readonly CustomerFact[]): CustomerFact[] {
  const retractions = facts.filter((fact) => fact.kind === 'retraction');
  const begun = new Set(facts.flatMap((fact) => (fact.kind === 'begun' ? [fact.begins] : [])));
  const isInForce = (id: string, asked: readonly string[]): boolean =>
    !retractions.some(
      (fact) => fact.retracts === id && !asked.includes(fact.id) && isInForce(fact.id, [...asked, id]),
    );
  return facts.filter(
    (fact) =>
      fact.kind !== 'retraction' &&
      fact.kind !== 'begun' &&
      (!('ahead' in fact) || begun.has(fact.id)) &&
      isInForce(fact.id, []),
  );
}

interface Known {
  readonly program: ProgramSnapshot;
  readonly context: CustomerContext;
  readonly count: DepositCount;
  readonly cpa: CpaDecision;
  readonly merged: MergedAway;
  /** Purchases, stages, and what takes them back, by event id. */
  readonly prop: ReadonlyMap<string, EventDecision>;
  readonly paid: readonly PropPay[];
  readonly events: readonly PlacedEvent[];
}

const INFORMS: ReadonlySet<EventKind> = new Set<EventKind>([
  'kyc_status',
  'identifier_link',
  'account_closed',
  'self_excluded',
  'reassigned',
  'qualified',
  'payout_status',
]);

function decideEvent(known: Known, event: PlacedEvent): EventDecision {
  const { kind } = event.content;
  // A row of a mapping table takes effect with or without a registration.
  if (kind === 'identifier_link') return nothing('info_only');
  if (known.context.registeredAt === null) {
    return {
      state: 'waiting',
      reason: kind === 'registration' ? 'not_a_registrar' : 'unknown_customer',
      lines: [],
    };
  }
  if (known.context.test || event.content.test === true) return nothing('test_event');
  if (kind === 'registration') return decideRegistration(known, event);
  if (isCorroborating(known.program, event))
    return nothing('corroborating', sayCorroborated(known.program, event, known.events));
  const money = inBaseCurrency(known.program, event);
  if (isDeposit(event)) return { ...decideDeposit(known, event), ...money };
  const byCpa = decideByCpa(known.cpa, event);
  const byProp = known.prop.get(event.eventId);
  if (byProp !== undefined) return { ...joinDecisions(byProp, byCpa), ...money };
  if (byCpa !== undefined) return { ...byCpa, ...money };
  if (isChargeback(event)) return { ...decideChargeback(known.program, known, event), ...money };
  if (kind === 'unsettled')
    return nothing(event.content.status === REMAPPED_AWAY ? REMAPPED_AWAY : 'unsettled');
  return { ...nothing(INFORMS.has(kind) ? 'info_only' : 'not_commissionable'), ...money };
}

/** Marks what may be worth another amount by a rate that is published later: its money is not in the currency of the deal. */
function withRated({ program, context }: Known, event: PlacedEvent, decision: EventDecision): EventDecision {
  const { currency } = event.content;
  const partnerId = findAttributionAt(context.attributions, event.occurredAt)?.partnerId ?? null;
  if (currency === undefined || partnerId === null || decision.state === 'waiting') return decision;
  const chain = listChain(program, partnerId, event.occurredAt);
  const isOther = chain.some((link) => {
    const own = findDealInForce(program, link.partnerId, event.occurredAt)?.document.currency;
    const isCompared = decision.inputs !== undefined && own !== program.baseCurrency;
    return own !== undefined && (own !== currency || isCompared);
  });
  return isOther ? { ...decision, rated: true } : decision;
}

/** What an event is to purchases and stages, and to the CPA: both pay, and both are taken back. */
function joinDecisions(byProp: EventDecision, byCpa: EventDecision | undefined): EventDecision {
  if (byCpa === undefined) return byProp;
  const inputs = [...(byProp.inputs ?? []), ...(byCpa.inputs ?? [])];
  if (byProp.lines.length + byCpa.lines.length + inputs.length === 0) return byProp;
  return {
    ...byCpa,
    ...byProp,
    lines: [...byProp.lines, ...byCpa.lines],
    ...(inputs.length === 0 ? {} : { inputs }),
  };
}

/** Reasons of decisions under which an event brings nothing to shares of revenue either. */
const NOT_COUNTED: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'test_event',
  'corroborating',
  'before_cutover',
  'unsettled',
  'remapped_away',
  'merged',
]);

/** What the event brings to components that are settled by period; gates are judged at the original's instant (rules.md 2.7). */
function withInputs(known: Known, event: PlacedEvent, decision: EventDecision): EventDecision {
  const { program, context, count, events } = known;
  if (decision.state === 'waiting' || context.registeredAt === null) return decision;
  if (decision.reason !== undefined && NOT_COUNTED.has(decision.reason)) return decision;
  if (isBeforeCutOver(program, event.occurredAt, [event.sourceSlug])) return decision;
  const brought = broughtBy(event, { count, events, registrationId: context.registrationId });
  if (brought === undefined) return decision;
  if (judgeGates(context, brought.boundAt ?? brought.at).kind !== 'open') return decision;
  const { inputs, isCounted, withoutRate, leftOut = [] } = listInputs(program, context, brought);
  const isPlain = decision.reason === 'not_commissionable' && decision.lines.length === 0;
  // Without terms it comes to nothing at any rate, whatever a partner above would have counted.
  if (inputs.length === 0 && withoutRate && decision.reason !== 'no_deal')
    return { ...decision, reason: 'no_fx_rate' };
  const zeros = leftOut.length === 0 ? {} : { zeros: [...(decision.zeros ?? []), ...leftOut] };
  if (inputs.length === 0) {
    const reason = isCounted ? 'zero_amount' : leftOut[0]?.reason;
    return { ...decision, ...(isPlain && reason !== undefined ? { reason } : {}), ...zeros };
  }
  return {
    ...decision,
    ...zeros,
    ...(isPlain ? { reason: 'settled_by_period' } : {}),
    inputs: [...(decision.inputs ?? []), ...inputs],
  };
}

/** What the partner above earns on the direct commission of the event (semantics.md 4.9). */
function withShares({ program }: Known, event: PlacedEvent, decision: EventDecision): EventDecision {
  // Of what was withdrawn nothing is shared.
  const lines = decision.lines.filter((line) => !isWithdrawn(line));
  const shares = listShareInputs(program, lines, event.occurredAt);
  return shares.length === 0 ? decision : { ...decision, inputs: [...(decision.inputs ?? []), ...shares] };
}

/** Money in another currency than the program's is kept in both, with the rate that was taken (requirements M7). */
function inBaseCurrency(
  { rates, baseCurrency }: ProgramSnapshot,
  { content, occurredAt }: PlacedEvent,
): Pick<EventDecision, 'base'> {
  const { amount, currency } = content;
  if (amount === undefined || currency === undefined || currency === baseCurrency) return {};
  const asked = { from: currency, to: baseCurrency, at: occurredAt };
  const converted = convertAmount(rates, decimal(amount), asked);
  if (converted?.conversion === undefined) return { base: { currency: baseCurrency } };
  return {
    base: {
      currency: baseCurrency,
      amount: formatDecimal(converted.amount),
      ...recordOfConversion(converted.conversion),
    },
  };
}

function nothing(reason: ReasonCode, detail?: string): EventDecision {
  return { state: 'decided', reason, ...(detail === undefined ? {} : { detail }), lines: [] };
}

function decideRegistration({ context, cpa, merged }: Known, event: PlacedEvent): EventDecision {
  if (merged.events.has(event.eventId)) return nothing('merged');
  if (event.eventId !== context.registrationId) return nothing('corroborating');
  const attribution = findAttributionAt(context.attributions, event.occurredAt);
  if (attribution === undefined || attribution.partnerId === null)
    return nothing(attribution?.reason ?? 'unattributed');
  if (cpa.grantedBy === event.eventId) return nothing(cpa.reason ?? 'cpa_granted', cpa.detail);
  if (cpa.fellShort !== undefined) return nothing('info_only');
  const progress = cpa.standing?.state === 'open' ? { progress: cpa.standing.progress } : {};
  return { ...nothing('info_only', cpa.detail), ...progress };
}

/** Why nothing is paid at this instant, whatever the event: no partner, no terms, or a closed gate. */
function findObstacle({ program, context }: Known, at: Instant): ReasonCode | undefined {
  const attribution = findAttributionAt(context.attributions, at);
  if (attribution === undefined || attribution.partnerId === null)
    return attribution?.reason ?? 'unattributed';
  const deal = findDealInForce(program, attribution.partnerId, at);
  if (deal === undefined) return 'no_deal';
  const barred = findBarAt(context, at);
  if (barred !== undefined) return barred;
  return listCpa(deal).length === 0 ? 'not_commissionable' : undefined;
}

function decideDeposit(known: Known, event: PlacedEvent): EventDecision {
  const { cpa, count } = known;
  const left = count.left.get(event.eventId);
  if (left !== undefined) return nothing(left);
  const byCpa = decideByCpa(cpa, event);
  if (byCpa !== undefined) return byCpa;
  if (isBeforeCutOver(known.program, event.occurredAt, [event.sourceSlug])) return nothing('before_cutover');
  const obstacle = findObstacle(known, event.occurredAt);
  if (obstacle !== undefined) return nothing(obstacle);
  return nothing(cpa.granted === undefined ? 'not_first_deposit' : 'cpa_already_paid');
}
