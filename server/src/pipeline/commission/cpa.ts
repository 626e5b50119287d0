import { decimal, decimalFromInteger, formatDecimal } from '../../kernel/decimal.ts';
import { formatInstant, maxInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { recordOfConversion } from '../../kernel/rate-book.ts';
import type { Conversion } from '../../kernel/rate-book.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { CpaComponent, DealVersion } from '../../registry/deals/facts.ts';
import { findDealInForce } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { Attribution } from '../attribution/facts.ts';
import { findAttributionAt } from '../attribution/index.ts';
import { judgeGates, qualifyCpa } from '../qualification/index.ts';
import type { CountedDeposit, CpaOutcome } from '../qualification/index.ts';
import { isBeforeCutOver } from './authority.ts';
import { findAncestorComponent, findDealAtEither, listCpa } from './components.ts';
import type { CustomerContext, Line } from './facts.ts';
import { listChain } from './levels.ts';
import { buildLines } from './line.ts';
import type { Beneficiary } from './line.ts';

/** What became of the CPA of a customer. */
export interface CpaDecision {
  readonly lines: readonly Line[];
  /** The deposit that qualified; also when the CPA was taken back since. */
  readonly grantedBy?: string;
  /** Why nothing is paid. Absent when something is. */
  readonly reason?: ReasonCode;
  readonly detail?: string;
  /** The deposit that fell short. */
  readonly fellShort?: string;
}

/** What a CPA rests on. */
export interface CpaEvidence {
  readonly deposits: readonly CountedDeposit[];
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

type Won = Bid & { readonly outcome: CpaOutcome & { readonly qualified: true } };

/**
 * Decides the CPA of a customer: once per (customer, program), to the partner attributed at `qualifiedAt`, on the terms at the
 * instant that this partner was attributed, or, where there were none yet or the deal says so, at qualification (rules.md 2.6 and 5
 * "CPA"). Of several components the earliest qualifiedAt wins, ties by order in the deal. One that qualified before the latest cut-over
 * of the sources it rests on is granted and pays nothing. Pure.
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

function decideUnder(
  program: ProgramSnapshot,
  context: CustomerContext,
  { deposits, registeredBy }: CpaEvidence,
): CpaDecision {
  const { registeredAt } = context;
  if (registeredAt === null) return { lines: [], reason: 'unknown_customer' };
  if (context.test) return { lines: [], reason: 'test_event' };
  const registered = { ...context, registeredAt };
  const bids = listBids(program, registered, deposits);
  let best: Won | undefined;
  for (const bid of bids) {
    const { outcome } = bid;
    if (!outcome.qualified || findAttributionAt(context.attributions, outcome.qualifiedAt) !== bid.bondAt)
      continue;
    if (best === undefined || outcome.qualifiedAt < best.outcome.qualifiedAt) best = { ...bid, outcome };
  }
  if (best === undefined)
    return explainNone({ program, context: registered, at: earliestInstant(registered, deposits) }, bids);
  const gate = judgeGates(context, best.outcome.qualifiedAt);
  const grantedBy = best.outcome.deposit.event.eventId;
  if (gate.kind === 'closed') return { lines: [], grantedBy, reason: gate.reason };
  const used = [registeredBy, best.outcome.deposit.event.sourceSlug];
  if (isBeforeCutOver(program, best.outcome.qualifiedAt, used))
    return { lines: [], grantedBy, reason: 'before_cutover' };
  const { lines, zeros } = payBid(program, best, gate.kind === 'held');
  return { lines, grantedBy, ...(lines.length > 0 ? {} : { reason: zeros[0]?.reason ?? 'zero_amount' }) };
}

type Registered = CustomerContext & { readonly registeredAt: Instant };

/** When all conditions but KYC can be true at the earliest: the first deposit, or the registration where that came later. */
function earliestInstant(context: Registered, deposits: readonly CountedDeposit[]): Instant {
  return maxInstant(deposits[0]?.event.occurredAt ?? context.registeredAt, context.registeredAt);
}

/** Every CPA component of every partner the customer was ever bound to, in order of the bonds and of the deal. */
function listBids(program: ProgramSnapshot, context: Registered, deposits: readonly CountedDeposit[]): Bid[] {
  return context.attributions.flatMap((attribution) => {
    const { partnerId } = attribution;
    if (partnerId === null) return [];
    const bond = { ...attribution, partnerId };
    const judge = (deal: DealVersion, component: CpaComponent): Bid => {
      const { registeredAt, kyc, statuses } = context;
      const outcome = qualifyCpa(component, {
        registeredAt,
        kyc,
        statuses,
        deposits,
        zone: program.zone,
        currency: deal.document.currency,
        rates: program.rates,
      });
      return { bond, bondAt: attribution, deal, component, outcome };
    };
    const first = findDealInForce(program, partnerId, attribution.from);
    const fixed =
      first === undefined
        ? []
        : listCpa(first)
            .filter((component) => component.termsAt === 'attribution')
            .map((component) => judge(first, component));
    const later = findDealInForce(program, partnerId, earliestInstant(context, deposits));
    if (later === undefined) return fixed;
    const open = listCpa(later).filter((component) => first === undefined || isOpen(first, component.id));
    return [
      ...fixed,
      ...open.map((component) => judgeAtQualification(program, judge(later, component), judge)),
    ];
  });
}

function isOpen(first: DealVersion, id: string): boolean {
  return listCpa(first).some((component) => component.id === id && component.termsAt === 'qualification');
}

/** Where KYC moves the qualification to a later version of the deal, that version's terms are judged. */
function judgeAtQualification(
  program: ProgramSnapshot,
  bid: Bid,
  judge: (deal: DealVersion, component: CpaComponent) => Bid,
): Bid {
  if (!bid.outcome.qualified) return bid;
  const deal = findDealInForce(program, bid.bond.partnerId, bid.outcome.qualifiedAt);
  const component = deal === undefined ? undefined : listCpa(deal).find((own) => own.id === bid.component.id);
  return deal === undefined || component === undefined || deal.id === bid.deal.id
    ? bid
    : judge(deal, component);
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
  if (bond === undefined || bond.partnerId === null)
    return { lines: [], reason: bond?.reason ?? 'unattributed' };
  const short = bids.find((bid) => bid.bondAt === bond && !bid.outcome.qualified)?.outcome;
  if (short !== undefined && !short.qualified) {
    const { reason, detail, depositId } = short;
    return { lines: [], reason, detail, ...(depositId === undefined ? {} : { fellShort: depositId }) };
  }
  return {
    lines: [],
    reason: findDealInForce(program, bond.partnerId, at) === undefined ? 'no_deal' : 'not_commissionable',
  };
}

function payBid(program: ProgramSnapshot, bid: Won, held: boolean): ReturnType<typeof buildLines> {
  const { component, deal, bond, outcome } = bid;
  const { qualifiedAt, deposit } = outcome;
  const beneficiaries = listChain(program, bond.partnerId, qualifiedAt)
    .slice(0, component.levels.maxDepth)
    .flatMap((link): Beneficiary[] => {
      if (link.leaf) return [{ link, deal, component, rate: decimal(component.amount) }];
      const instants: readonly [Instant, Instant] =
        component.termsAt === 'attribution' ? [bond.from, qualifiedAt] : [qualifiedAt, qualifiedAt];
      const own = findDealAtEither(program, link.partnerId, instants);
      const terms =
        own === undefined ? undefined : findAncestorComponent('cpa', component.id, { leaf: deal, own });
      const rate =
        terms === undefined ? null : component.levels.mode === 'difference' ? terms.amount : terms.override;
      return own === undefined || terms === undefined || rate === null
        ? []
        : [{ link, deal: own, component: terms, rate: decimal(rate) }];
    });
  return buildLines({
    component: component.id,
    mode: component.levels.mode,
    quantity: decimalFromInteger(1),
    from: qualifiedAt,
    program,
    holdReason: held ? 'kyc_pending' : '',
    beneficiaries,
    basis: {
      amount: component.amount,
      depositId: deposit.event.eventId,
      deposit: formatDecimal(deposit.amount),
      depositCurrency: deposit.currency,
      qualifiedAt: formatInstant(qualifiedAt),
      ...(outcome.conversion === undefined ? {} : basisOfConversion(outcome.conversion)),
    },
  });
}

/** The rate at which the deposit was compared with the minimum. */
function basisOfConversion(conversion: Conversion): Record<string, string> {
  const { rate, rateSource, rateAt } = recordOfConversion(conversion);
  return { depositRate: rate, depositRateSource: rateSource, depositRateAt: rateAt };
}
