import { sortCanonically } from '../../kernel/canonical-order.ts';
import { decimal, decimalFromInteger, percentOf, signOf, ZERO } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type {
  DealVersion,
  PurchaseShareComponent,
  StagePaymentComponent,
} from '../../registry/deals/facts.ts';
import { countsPayments } from '../../registry/deals/facts.ts';
import { findDealInForce, listChain } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { findAttributionAt } from '../attribution/index.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import {
  findCountryAt,
  findOpening,
  judgeCountry,
  judgeGates,
  judgeProduct,
  placeOf,
  PURCHASES,
} from '../qualification/index.ts';
import type { Gate } from '../qualification/index.ts';
import { isBeforeCutOver } from './authority.ts';
import { findAncestorComponent } from './components.ts';
import { naturalKeyOf } from './facts.ts';
import type { CustomerContext, EventDecision, Line, PeriodInput, ZeroLine } from './facts.ts';
import { termsAt } from './level-terms.ts';
import type { PlaceTerms } from './level-terms.ts';
import { buildLines, converterAt } from './line.ts';
import type { Beneficiary } from './line.ts';
import { bringVolume, isByPeriod } from './volume-inputs.ts';
import type { Volume } from './volume-inputs.ts';
import { findWithdrawal } from './withdrawn.ts';
import type { Withdrawal } from './withdrawn.ts';

export type PropComponent = PurchaseShareComponent | StagePaymentComponent;

/** What a purchase is to the share that it pays. */
type Purchase = 'first' | 'repeat' | 'reset';

/** A purchase, or a stage that a trader reached, with the partner and terms of its instant. */
interface Reached {
  readonly program: ProgramSnapshot;
  readonly event: PlacedEvent;
  readonly leafId: string;
  readonly deal: DealVersion;
  readonly gate: Gate;
  /** When a gate that held it opened. */
  readonly openedAt: Instant | undefined;
  readonly country: string | null;
  readonly purchase: Purchase | undefined;
  /** Set where what it paid was withdrawn later. */
  readonly withdrawal?: Withdrawal;
}

/** One line with the component of the leaf's deal that pays it. */
export interface PropLines {
  readonly component: PropComponent;
  readonly deal: DealVersion;
  readonly lines: readonly Line[];
  /** What it brought to the leaf's period. */
  readonly volume?: Volume;
}

/** What one event pays, with what is needed to take it back. */
export interface PropPay {
  readonly event: PlacedEvent;
  readonly decision: EventDecision;
  readonly paid: readonly PropLines[];
  /** Set where it was withdrawn later: its lines are as they had been, until what takes them back is known (`withdrawProp`). */
  readonly withdrawal?: Withdrawal;
}

const STAGES: ReadonlySet<string> = new Set(['phase_passed', 'funded', 'trader_payout']);

/** True for what purchase_share and stage_payment pay on. */
export function isPropEvent({ content: { kind } }: PlacedEvent): boolean {
  return PURCHASES.has(kind) || STAGES.has(kind);
}

/**
 * What the purchases of a customer and the stages that it reached pay, in canonical order (semantics.md 6). Which purchase is the first is
 * decided over all of them: a free one is none, and one that was charged back stays it. No order of the events matters. Pure.
 */
export function payProp(
  program: ProgramSnapshot,
  context: CustomerContext,
  events: readonly PlacedEvent[],
): PropPay[] {
  const counted = sortCanonically(
    events.filter((event) => isPropEvent(event) && event.content.test !== true),
  );
  const copies = findCopies(counted);
  const firstId = counted.find(
    (event) =>
      event.content.kind === 'challenge_purchased' &&
      !copies.has(event.eventId) &&
      signOf(decimal(event.content.amount ?? '0')) > 0,
  )?.eventId;
  const granted = new Set<string>();
  return counted.map((event): PropPay => {
    if (copies.has(event.eventId)) return { event, decision: nothing('corroborating'), paid: [] };
    const reached = reach(program, context, { event, firstId });
    if ('state' in reached) return { event, decision: reached, paid: [] };
    return payReached(reached, granted);
  });
}

/** Several reports of one transaction by sources that tell the same: the first in canonical order counts (rules.md 1.7). */
function findCopies(counted: readonly PlacedEvent[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(
    counted.flatMap(({ eventId, content }) => {
      const { transactionId, kind, amount, currency } = content;
      if (transactionId === undefined || !PURCHASES.has(kind)) return [];
      const key = JSON.stringify([kind, transactionId, amount, currency]);
      if (seen.has(key)) return [eventId];
      seen.add(key);
      return [];
    }),
  );
}

function nothing(reason: ReasonCode, more: Partial<EventDecision> = {}): EventDecision {
  return { state: 'decided', reason, ...more, lines: [] };
}

/** Attribution, deal and gates of the instant, before any component is asked. */
function reach(
  program: ProgramSnapshot,
  context: CustomerContext,
  { event, firstId }: { readonly event: PlacedEvent; readonly firstId: string | undefined },
): Reached | EventDecision {
  const at = event.occurredAt;
  if (isBeforeCutOver(program, at, [event.sourceSlug])) return nothing('before_cutover');
  const attribution = findAttributionAt(context.attributions, at);
  if (attribution === undefined || attribution.partnerId === null)
    return nothing(attribution?.reason ?? 'unattributed');
  const deal = findDealInForce(program, attribution.partnerId, at);
  if (deal === undefined) return nothing('no_deal');
  const gate = judgeGates(context, at);
  const withdrawal = gate.kind === 'closed' ? findWithdrawal(context, gate.reason, at) : undefined;
  if (gate.kind === 'closed' && withdrawal === undefined) return nothing(gate.reason);
  return {
    program,
    event,
    ...(withdrawal === undefined ? {} : { withdrawal }),
    leafId: attribution.partnerId,
    deal,
    gate,
    openedAt: findOpening(context, at),
    country: findCountryAt(context.countries, at),
    purchase: purchaseOf(event, firstId),
  };
}

function purchaseOf(
  { eventId, content: { kind } }: PlacedEvent,
  firstId: string | undefined,
): Purchase | undefined {
  if (kind === 'reset_purchased') return 'reset';
  if (kind !== 'challenge_purchased') return undefined;
  return eventId === firstId || firstId === undefined ? 'first' : 'repeat';
}

/** `granted` holds the components of stages that paid, whether the terms of then said `once` or not. */
function payReached(reached: Reached, granted: Set<string>): PropPay {
  const { event, deal, withdrawal } = reached;
  const components = deal.document.components.filter((component) =>
    asks(component, event),
  ) as PropComponent[];
  if (components.length === 0)
    return { event, decision: nothing(withdrawal?.reason ?? 'not_commissionable'), paid: [] };
  const zeros: ZeroLine[] = [];
  const paid: PropLines[] = [];
  const inputs: PeriodInput[] = [];
  const details: string[] = [];
  for (const component of components) {
    const result = payComponent(reached, component, granted);
    zeros.push(...result.zeros);
    inputs.push(...result.inputs);
    if (result.detail !== undefined) details.push(`${component.id}: ${result.detail}`);
    if (result.paid === undefined) continue;
    paid.push(result.paid);
    if (component.kind === 'stage_payment') granted.add(component.id);
  }
  const lines = paid.flatMap((part) => part.lines);
  // No month counts it any more.
  if (withdrawal !== undefined)
    return {
      event,
      decision: { state: 'decided', reason: withdrawal.reason, lines },
      paid: paid.map(({ component, deal: own, lines: earned }) => ({ component, deal: own, lines: earned })),
      withdrawal,
    };
  const decision: EventDecision = {
    state: 'decided',
    ...(lines.length > 0
      ? {}
      : { reason: inputs.length > 0 ? 'settled_by_period' : (zeros[0]?.reason ?? 'zero_amount') }),
    ...(details.length === 0 ? {} : { detail: details.join('; ') }),
    lines,
    ...(inputs.length === 0 ? {} : { inputs }),
    ...(zeros.length === 0 ? {} : { zeros }),
  };
  return { event, decision, paid };
}

function asks(component: DealVersion['document']['components'][number], { content }: PlacedEvent): boolean {
  if (component.kind === 'purchase_share') return PURCHASES.has(content.kind);
  if (component.kind !== 'stage_payment' || component.on !== content.kind) return false;
  return component.phase === null || content.extra?.['phase'] === String(component.phase);
}

function isOnce(component: PropComponent): boolean {
  return component.kind === 'stage_payment' && component.once === 'customer';
}

interface ComponentPay {
  readonly zeros: readonly ZeroLine[];
  readonly inputs: readonly PeriodInput[];
  readonly detail?: string;
  /** Absent when it pays nothing. */
  readonly paid?: PropLines;
}

function payComponent(
  reached: Reached,
  component: PropComponent,
  granted: ReadonlySet<string>,
): ComponentPay {
  const { program, event, leafId, deal } = reached;
  const chain = listChain(program, leafId, event.occurredAt);
  const none = (reason: ReasonCode, detail?: string): ComponentPay => ({
    zeros: [{ component: component.id, partnerId: leafId, level: chain.length, reason }],
    inputs: [],
    ...(detail === undefined ? {} : { detail }),
  });
  const reason = judgeScope(reached, component);
  if (reason !== undefined) return none(reason);
  if (isOnce(component) && granted.has(component.id)) return none('stage_already_paid');
  const asked = { link: { partnerId: leafId, level: chain.length, leaf: true }, deal, component };
  const own = placeAt(reached, component, asked);
  if (own === undefined) return none('zero_amount');
  if (own === 'no_fx_rate')
    return none(own, `there is no rate from ${event.content.currency ?? '?'} to ${deal.document.currency}`);
  const beneficiaries = [own, ...ancestorsOf(reached, component, chain.slice(1, component.levels.maxDepth))];
  const leafByPeriod = isByPeriod(component);
  const revenue = revenueOf(reached, component);
  const built = buildLines({
    component: component.id,
    mode: component.levels.mode,
    negative: component.levels.negative,
    ...(leafByPeriod ? { leafByPeriod } : {}),
    ...(revenue === undefined ? {} : { revenue }),
    isMixed: beneficiaries.some((one) => isShare(one.component as PropComponent) !== isShare(component)),
    quantity: decimalFromInteger(1),
    from: event.occurredAt,
    program,
    holdReason: reached.gate.kind === 'held' ? reached.gate.reason : '',
    openedAt: reached.openedAt,
    beneficiaries,
    basis: basisOf(reached, component),
  });
  const volume = built.leaf === undefined ? undefined : volumeOf(reached, component, built.leaf.exact);
  const summed = volume === undefined ? undefined : bringVolume(program, volume);
  if (summed !== undefined && 'reason' in summed)
    return {
      zeros: [...built.zeros, ...none(summed.reason).zeros],
      inputs: [],
      // What the levels above earn waits for no limit of the leaf.
      ...(built.lines.length === 0 ? {} : { paid: { component, deal, lines: built.lines } }),
    };
  const brought =
    summed !== undefined && countsPayments(component)
      ? { ...summed, measures: { count: '1' }, candidate: candidateOf(reached, summed, chain.length) }
      : summed;
  if (built.lines.length === 0 && brought === undefined) return { zeros: built.zeros, inputs: [] };
  return {
    zeros: built.zeros,
    inputs: brought === undefined ? [] : [brought],
    paid: {
      component,
      deal,
      lines: built.lines,
      // What is paid whole or not at all says itself what was taken back of it.
      ...(volume === undefined || countsPayments(component) ? {} : { volume }),
    },
  };
}

/** A stage of which a number is limited: whether it is paid is known in its period only. */
function candidateOf(
  { event, country }: Reached,
  { component, partnerId, measures }: PeriodInput,
  level: number,
): NonNullable<PeriodInput['candidate']> {
  return {
    at: formatInstant(event.occurredAt),
    order: placeOf(event),
    key: naturalKeyOf({ eventId: event.eventId, customerId: '', component, partnerId, level }),
    amount: measures['amount'] ?? '0',
    ...(measures['$amount'] === undefined ? {} : { base: measures['$amount'] }),
    country: country ?? '',
  };
}

function judgeScope({ event, country }: Reached, { only }: PropComponent): ReasonCode | undefined {
  const accountType = event.content.extra?.['accountType'] ?? event.content.group;
  const isListed =
    only.accountTypes.length === 0 || (accountType !== undefined && only.accountTypes.includes(accountType));
  return (
    judgeProduct(only, event.content) ??
    judgeCountry(only, country) ??
    (isListed ? undefined : 'trade_excluded_account')
  );
}

type Asked = Pick<Beneficiary, 'link' | 'deal'> & { readonly component: PropComponent };

/** The place of one level: its rate, and the money of the event in the currency of its deal. Undefined: no terms, or nothing to pay on. */
function placeAt(
  { program, event, purchase }: Reached,
  leaf: PropComponent,
  { link, deal, component }: Asked,
): Beneficiary | 'no_fx_rate' | undefined {
  const terms = termsAt(leaf.levels.mode, link.leaf, placeTerms(component, purchase));
  if (terms === undefined) return undefined;
  if (!isShare(component)) return { link, deal, component, ...terms, quantity: decimalFromInteger(1) };
  const { amount, currency } = event.content;
  const told = decimal(amount ?? '0');
  // A percentage of nothing is nothing, whatever the level below is paid by.
  if (signOf(told) <= 0) return link.leaf ? undefined : { link, deal, component, ...terms, quantity: ZERO };
  const own = deal.document.currency;
  const money = converterAt(program, event.occurredAt)(told, currency ?? own, own);
  if (money === undefined) return 'no_fx_rate';
  return { link, deal, component, ...terms, quantity: percentOf(money, decimalFromInteger(1)) };
}

function isShare(component: PropComponent): boolean {
  return component.kind === 'purchase_share' || component.percent !== null;
}

function placeTerms(component: PropComponent, purchase: Purchase | undefined): PlaceTerms {
  const optional = (text: string | null): Decimal | undefined => (text === null ? undefined : decimal(text));
  const { override, giveUp, overridePercent, ratios } = component;
  return {
    rate: optional(rateTextOf(component, purchase)),
    override: optional(override),
    giveUp: optional(giveUp),
    overridePercent,
    ratios,
  };
}

function rateTextOf(component: PropComponent, purchase: Purchase | undefined): string | null {
  if (component.kind === 'stage_payment') return component.percent ?? component.amount;
  const { percent, repeatPercent, resetPercent } = component;
  return { first: percent, repeat: repeatPercent, reset: resetPercent }[purchase ?? 'first'];
}

function ancestorsOf(
  reached: Reached,
  leaf: PropComponent,
  links: readonly Beneficiary['link'][],
): Beneficiary[] {
  const { program, event, deal } = reached;
  return links.flatMap((link): Beneficiary[] => {
    const own = findDealInForce(program, link.partnerId, event.occurredAt);
    if (own === undefined) return [];
    const component = findAncestorComponent(leaf.kind, leaf.id, { leaf: deal, own });
    if (component === undefined) return [];
    const place = placeAt(reached, leaf, { link, deal: own, component });
    return place === undefined || place === 'no_fx_rate' ? [] : [place];
  });
}

/** What the operator earned, in the currency of the leaf's deal; undefined where nobody says. */
function revenueOf({ program, event, deal }: Reached, component: PropComponent): Decimal | undefined {
  const { currency } = deal.document;
  const told = event.content.measures?.['revenue'];
  if (told !== undefined)
    return converterAt(program, event.occurredAt)(
      decimal(told),
      event.content.currency ?? currency,
      currency,
    );
  const perUnit = component.levels.revenuePerUnit;
  return perUnit === null || isShare(component) ? undefined : decimal(perUnit);
}

function basisOf({ event, purchase }: Reached, component: PropComponent): Record<string, string> {
  const { kind, amount, currency, extra } = event.content;
  return {
    per: component.kind === 'purchase_share' ? 'purchase' : isShare(component) ? 'stage_share' : 'stage',
    event: kind,
    ...(purchase === undefined ? {} : { purchase }),
    ...(kind === 'phase_passed' && extra?.['phase'] !== undefined ? { phase: extra['phase'] } : {}),
    ...(isShare(component) && amount !== undefined
      ? { money: amount, ...(currency === undefined ? {} : { moneyCurrency: currency }) }
      : {}),
    at: formatInstant(event.occurredAt),
  };
}

/** What the leaf's period gets: steps replace the rate of first purchases; repeats and resets keep their own. */
function volumeOf(reached: Reached, component: PropComponent, exact: Decimal): Volume {
  const { event, leafId, deal, country, purchase } = reached;
  const steps = 'tiers' in component && component.tiers !== null;
  const own = deal.document.currency;
  const money = converterAt(reached.program, event.occurredAt)(
    decimal(event.content.amount ?? '0'),
    event.content.currency ?? own,
    own,
  );
  return {
    component,
    partnerId: leafId,
    currency: own,
    at: event.occurredAt,
    country,
    amount: exact,
    // What is counted to find the step is all purchases; the step is the rate of the first ones.
    ...(steps && money !== undefined ? { counted: money } : {}),
    ...(steps && purchase === 'first' && money !== undefined ? { purchases: money } : {}),
    ...(steps && purchase !== 'first' ? { fixed: exact } : {}),
  };
}
