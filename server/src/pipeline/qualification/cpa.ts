import {
  compareDecimals,
  decimal,
  formatDecimal,
  isZero,
  normalizeDecimal,
  signOf,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import { compareBytewise } from '../../kernel/canonical-order.ts';
import { formatInstant, maxInstant, MICROS_PER_HOUR } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { convertAmount, recordOfConversion } from '../../kernel/rate-book.ts';
import type { Conversion, ConvertedAmount } from '../../kernel/rate-book.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { addCalendarDays } from '../../kernel/zone.ts';
import type { CpaComponent } from '../../registry/deals/facts.ts';
import type { CountrySpan } from '../attribution/facts.ts';
import type { CountedDeposit } from './deposits.ts';
import type { Progress } from './facts.ts';
import { findBarAt, judgeGates } from './gates.ts';
import { findKycAt } from './kyc.ts';
import { listMovements, placeOf, Tally } from './movements.ts';
import type { FirstDepositRule, Metric, Movement, MovementEvidence } from './movements.ts';
import { findCountryAt, judgeCountry, judgeProduct } from './only.ts';
import { findUnmet, isMet, listRequirements, measureProgress, reasonOfUnmet } from './requirements.ts';
import type { Requirements } from './requirements.ts';
import { sayProgress } from './progress-words.ts';

/** What the conditions of a CPA are judged on; windows are calendar days in `zone`, minimums in `currency`. */
export interface QualificationContext extends Omit<MovementEvidence, 'only'> {
  readonly registrationId: string;
  /** The click that won the customer; null without one. */
  readonly clickedAt: Instant | null;
  readonly countries: readonly CountrySpan[];
  /** Absent: the component's terms hold at every instant. */
  readonly terms?: TermsInForce;
}

/** Terms that are those at qualification: nobody qualifies by them while they are not in force. */
export interface TermsInForce {
  /** When they begin, which is no instant of qualification: only what happens to the customer from then on is one. */
  readonly from: Instant;
  holdAt(at: Instant): boolean;
  /** What happens to the customer besides its events: it came to another partner. */
  readonly moves: readonly Instant[];
}

/** A chargeback after the qualification, without which the customer would not have qualified. */
export interface TakenCpa {
  readonly eventId: string;
  readonly at: Instant;
}

export type CpaOutcome =
  | {
      readonly qualified: true;
      readonly qualifiedAt: Instant;
      /** The event that made the conditions true. */
      readonly grantedBy: string;
      /** Of that event, among those of one instant. */
      readonly place: string;
      /** The first deposit that counts; absent where the deal asks for none and there was none. */
      readonly deposit?: CountedDeposit;
      /** What the first deposit was compared at; absent when it is in the deal's currency or there is no minimum. */
      readonly conversion?: Conversion;
      /** What was reached at that instant. */
      readonly progress: readonly Progress[];
      /** Events that counted up to that instant. */
      readonly counted: ReadonlySet<string>;
      readonly taken?: TakenCpa;
    }
  /** `depositId`: the deposit that fell short; absent when there was none. `detail` says what is missing. */
  | {
      readonly qualified: false;
      readonly reason: ReasonCode;
      readonly detail: string;
      readonly depositId?: string;
      readonly progress: readonly Progress[];
      readonly counted: ReadonlySet<string>;
      readonly windowEnds?: Instant;
    };

type NotQualified = Extract<CpaOutcome, { qualified: false }>;

/** One component with its evidence, prepared once. */
interface Case {
  readonly component: CpaComponent;
  readonly context: QualificationContext;
  readonly requirements: Requirements;
  readonly movements: readonly Movement[];
  /** In canonical order, without those made while the customer was barred. */
  readonly deposits: readonly CountedDeposit[];
  readonly starts: Instant;
  /** Infinity without a window. */
  readonly ends: Instant;
}

/**
 * Judges the conditions of one CPA component (semantics.md 4.5, rules.md 2.6, 2.7 and 5 "CPA", "KYC", "Clawback").
 *
 * `qualifiedAt` is the earliest instant at which all conditions are true together: the customer is registered and not barred, its country
 * is in scope, the first deposit by the deal's definition, the baseline and the conditions are reached by what counts in the half-open
 * window less what was charged back by then, and KYC has passed where the deal asks for it, be that after the window. A chargeback
 * after that instant takes the CPA if it would not have qualified then without the charged-back amount. Pure.
 */
export function qualifyCpa(component: CpaComponent, context: QualificationContext): CpaOutcome {
  const judged = prepare(component, context);
  const swept = sweep(judged, judged.ends);
  if (swept.found === undefined) return explainUnmet(judged, swept);
  const { at, trigger, tally } = swept.found;
  const [deposit] = judged.deposits;
  const progress = measureProgress(judged.requirements, tally, context.currency);
  const counted = new Set(tally.listCounted());
  const taken = findTaken(judged, tally, at);
  const conversion = deposit === undefined ? undefined : conversionOf(judged, deposit);
  return {
    qualified: true,
    qualifiedAt: at,
    grantedBy: trigger?.eventId ?? context.registrationId,
    place: trigger?.place ?? '',
    ...(deposit === undefined ? {} : { deposit }),
    ...(conversion === undefined ? {} : { conversion }),
    progress,
    counted,
    ...(taken === undefined ? {} : { taken }),
  };
}

function prepare(component: CpaComponent, context: QualificationContext): Case {
  const deposits = context.deposits.filter(
    ({ event }) =>
      findBarAt(context, event.occurredAt) === undefined &&
      judgeProduct(component.only, event.content) === undefined,
  );
  const requirements = listRequirements(component);
  const asked = new Set<Metric>(requirements.leaves.map(({ metric }) => metric));
  const evidence = { ...context, deposits, only: component.only };
  const starts = startOfWindow(component, context, deposits[0]);
  return {
    component,
    context,
    requirements,
    movements: listMovements(asked, evidence, ruleOfFirst(component, deposits[0])),
    deposits,
    starts,
    ends:
      component.windowDays === null || (component.windowFrom === 'first_deposit' && deposits.length === 0)
        ? (Number.POSITIVE_INFINITY as Instant)
        : addCalendarDays(starts, component.windowDays, context.zone),
  };
}

function startOfWindow(
  { windowFrom }: CpaComponent,
  { registeredAt, clickedAt }: QualificationContext,
  first: CountedDeposit | undefined,
): Instant {
  if (windowFrom === 'click' && clickedAt !== null && Number.isFinite(clickedAt)) return clickedAt;
  if (windowFrom === 'first_deposit' && first !== undefined)
    return maxInstant(first.event.occurredAt, registeredAt);
  return registeredAt;
}

const DAY_24H = 24 * MICROS_PER_HOUR;

function ruleOfFirst(
  { firstDeposit, minimumDeposit }: CpaComponent,
  first: CountedDeposit | undefined,
): FirstDepositRule {
  const money = !isZero(decimal(minimumDeposit));
  if (firstDeposit === 'cumulative_window') return { counts: () => true, money };
  const from = first?.event.occurredAt ?? (0 as Instant);
  return firstDeposit === 'cumulative_24h'
    ? { counts: ({ event }) => event.occurredAt < from + DAY_24H, money }
    : { counts: (deposit) => deposit === first, money };
}

/** What stands behind an instant of qualification, and its place among what happened at it. */
type Trigger = Pick<Movement, 'eventId' | 'place'>;

interface Found {
  readonly at: Instant;
  /** The movement that made the sums reach, or what happened since under the terms; undefined where nothing was asked for. */
  readonly trigger: Trigger | undefined;
  readonly tally: Tally;
}

interface Swept {
  readonly found?: Found;
  /** As it was at the end, where nothing was found. */
  readonly tally: Tally;
  /** True when all but KYC held together inside the window. */
  readonly heldInside: boolean;
  /** True when the country was in scope at some instant. */
  readonly inScope: boolean;
  /** When all held together first, but not these terms. */
  readonly outside?: Instant;
}

/** Goes through the instants at which anything changes, in order, to the first at which all holds. */
function sweep(judged: Case, ends: Instant): Swept {
  const { component, context, requirements, movements, starts } = judged;
  const tally = new Tally(requirements.leaves);
  let next = 0;
  let heldInside = false;
  let inScope = false;
  let outside: Instant | undefined;
  let since: { readonly trigger: Trigger | undefined } | undefined;
  for (const { at, happening } of listStops(judged)) {
    for (let one = movements[next]; one !== undefined && one.at <= at; one = movements[next]) {
      if (one.at >= starts && (one.at < ends || one.takes !== undefined)) tally.apply(one);
      next += 1;
    }
    const country = findCountryAt(context.countries, at);
    const allowed = judgeCountry(component.only, country) === undefined;
    inScope ||= allowed;
    if (!allowed || findBarAt(context, at) !== undefined || !isMet(requirements, tally)) {
      since = undefined;
      continue;
    }
    since ??= { trigger: tally.last };
    heldInside ||= at < ends;
    if (!heldInside || !passesAt(judged, at, ends)) continue;
    if (context.terms?.holdAt(at) !== false) {
      const trigger = outside === undefined ? since.trigger : (happening ?? since.trigger);
      return { found: { at, trigger, tally }, tally, heldInside, inScope };
    }
    outside ??= at;
  }
  return { tally, heldInside, inScope, ...(outside === undefined ? {} : { outside }) };
}

/** KYC and the window at an instant at which everything else holds: KYC may pass after the window, unless the deal says otherwise. */
function passesAt({ component, context }: Case, at: Instant, ends: Instant): boolean {
  if (component.requireKyc && findKycAt(context.kyc, at) !== 'passed') return false;
  if (at < ends) return true;
  // Of one instant there is one status, and it is that of passing, as was asked above.
  const passes = context.kyc.some((span) => span.from === at);
  return component.requireKyc && !component.kycWithinWindow && passes;
}

/** Instants from the registration on at which a condition may become true, or false, or a thing happens to the customer under terms that began later. */
function listStops(judged: Case): { readonly at: Instant; readonly happening: Trigger | undefined }[] {
  const { context, movements, starts } = judged;
  const from = maxInstant(context.registeredAt, starts);
  const happenings = listHappenings(context, from);
  const stops = [
    from,
    ...movements.map(({ at }) => at),
    ...context.countries.map((span) => span.from),
    ...context.kyc.map((span) => span.from),
    ...context.statuses.flatMap((span) => [span.from, span.to]),
    ...(context.terms?.moves ?? []),
    ...happenings.keys(),
  ];
  const listed = [...new Set(stops)].filter((at) => at >= from && Number.isFinite(at));
  return listed.sort((a, b) => a - b).map((at) => ({ at, happening: happenings.get(at) }));
}

/** Of each instant at which something happened since the terms began, the first in canonical order. Nothing where they were in force before. */
function listHappenings(
  { terms, events, trades }: QualificationContext,
  from: Instant,
): ReadonlyMap<Instant, Trigger> {
  const first = new Map<Instant, Trigger>();
  if (terms === undefined || terms.from <= from) return first;
  const all = [
    ...events.map((event) => ({ at: event.occurredAt, eventId: event.eventId, place: placeOf(event) })),
    ...trades,
  ];
  for (const { at, eventId, place } of all) {
    const known = first.get(at);
    if (at >= terms.from && (known === undefined || compareBytewise(place, known.place) < 0))
      first.set(at, { eventId, place });
  }
  return first;
}

/** The chargeback after the qualification without which the conditions would not have held at that instant, the first in canonical order. */
function findTaken({ requirements, movements }: Case, tally: Tally, at: Instant): TakenCpa | undefined {
  for (const movement of movements) {
    if (movement.at <= at || movement.takes?.chargeback !== true) continue;
    tally.apply(movement);
    if (!isMet(requirements, tally)) return { eventId: movement.eventId, at: movement.at };
  }
  return undefined;
}

function conversionOf(
  { component, context }: Case,
  { event, amount, currency }: CountedDeposit,
): Conversion | undefined {
  if (isZero(decimal(component.minimumDeposit))) return undefined;
  const asked = { from: currency, to: context.currency, at: event.occurredAt };
  return convertAmount(context.rates, amount, asked)?.conversion;
}

/** Why the customer has not qualified, and what is missing. */
function explainUnmet(judged: Case, swept: Swept): NotQualified {
  const { component, context, requirements, deposits, ends } = judged;
  const { tally } = swept;
  const [first] = deposits;
  const progress = [
    ...measureProgress(requirements, tally, context.currency),
    ...progressOfPerson(judged, swept),
  ];
  const counted = new Set(tally.listCounted());
  const fallShort = (reason: ReasonCode, detail: string): NotQualified => ({
    qualified: false,
    reason,
    detail,
    ...(first === undefined ? {} : { depositId: first.event.eventId }),
    progress,
    counted,
    ...(Number.isFinite(ends) ? { windowEnds: ends } : {}),
  });
  if (!swept.inScope) return fallShort('geo_out_of_scope', sayCountry(judged));
  if (component.firstDeposit !== 'none' && first === undefined)
    return fallShort('qualification_pending', describeMissingDeposit(judged));
  const money = judgeFirst(judged);
  if (money !== undefined) return fallShort(...money);
  const late = lateOf(judged);
  if (late !== undefined) return fallShort('qualification_window_expired', late);
  if (swept.outside !== undefined)
    return fallShort(
      'qualification_pending',
      `all conditions held at ${formatInstant(swept.outside)}, when these terms were not in force; what happens to the customer under them counts`,
    );
  if (swept.heldInside) {
    const gate = judgeGates(context, first?.event.occurredAt ?? context.registeredAt);
    const reason = gate.kind === 'closed' ? gate.reason : 'qualification_pending';
    return fallShort(reason, 'the customer has not passed KYC');
  }
  const unmet = findUnmet(progress);
  const before = Number.isFinite(ends) ? ` before ${formatInstant(ends)}` : '';
  if (tally.unrated > 0)
    return fallShort(
      'no_fx_rate',
      `an exchange rate to ${context.currency} is missing; ${sayProgress(progress)}${before}`,
    );
  return fallShort(
    unmet === undefined ? 'qualification_pending' : reasonOfUnmet(unmet),
    `${sayProgress(progress)}${before}`,
  );
}

/** Conditions on the person, beside sums and numbers. */
function progressOfPerson({ component, context }: Case, { inScope }: Swept): Progress[] {
  const last = context.kyc.at(-1)?.status ?? '';
  const country = context.countries.at(-1)?.country ?? '';
  const { countries, exceptCountries } = component.only;
  return [
    ...(component.requireKyc
      ? [{ metric: 'kyc' as const, have: last, need: 'passed', met: last === 'passed' }]
      : []),
    ...(countries.length + exceptCountries.length > 0
      ? [{ metric: 'country' as const, have: country, need: countries.join(' '), met: inScope }]
      : []),
  ];
}

function sayCountry({ context }: Case): string {
  const country = context.countries.at(-1)?.country ?? null;
  return country === null
    ? 'the country of the customer is not known, and the deal names countries'
    : `the country ${country} of the customer is not in the scope of the deal`;
}

/** Whether everything held together after the window, and since when; undefined when it did not. */
function lateOf(judged: Case): string | undefined {
  if (!Number.isFinite(judged.ends)) return undefined;
  const endless = sweep(judged, Number.POSITIVE_INFINITY as Instant).found;
  return endless === undefined
    ? undefined
    : `all conditions held at ${formatInstant(endless.at)}; the window ended at ${formatInstant(judged.ends)}`;
}

/** What is wrong with the first deposit by the deal's definition, once and for all; undefined when nothing is. */
function judgeFirst(judged: Case): readonly [ReasonCode, string] | undefined {
  const { component, context, deposits, ends } = judged;
  const [first] = deposits;
  if (component.firstDeposit === 'none' || first === undefined) return undefined;
  if (component.firstDeposit !== 'single_first') return judgeSeveral(judged);
  const money = judgeSingle(judged, first);
  if (money !== undefined) return money;
  const depositedAt = maxInstant(first.event.occurredAt, context.registeredAt);
  if (depositedAt < ends) return undefined;
  const detail = `the first deposit came at ${formatInstant(depositedAt)}; the window ended at ${formatInstant(ends)}`;
  return ['qualification_window_expired', detail];
}

/** Deposits that count together as the first one: only what was charged back of them is final, or a rate that is missing. */
function judgeSeveral({
  requirements,
  movements,
  starts,
  ends,
  context,
}: Case): readonly [ReasonCode, string] | undefined {
  const gross = new Tally(requirements.leaves);
  for (const one of movements)
    if (one.takes === undefined && one.at >= starts && one.at < ends) gross.apply(one);
  const leaf = requirements.leaves[0];
  if (leaf === undefined || compareDecimals(gross.valueOf(0), leaf.atLeast) < 0) return undefined;
  const net = new Tally(requirements.leaves);
  for (const one of movements)
    if (one.at >= starts && (one.takes !== undefined || one.at < ends)) net.apply(one);
  if (compareDecimals(net.valueOf(0), leaf.atLeast) >= 0) return undefined;
  const left = formatDecimal(normalizeDecimal(net.valueOf(0)));
  const of = formatDecimal(normalizeDecimal(gross.valueOf(0)));
  return leaf.money
    ? ['chargeback', `of deposits of ${of} ${context.currency} ${left} is left after chargebacks`]
    : ['chargeback', 'every deposit was charged back'];
}

/** Whether the first deposit reaches the minimum, without what was charged back of it; each at the rate of the deposit's instant. */
function judgeSingle(
  { component, context }: Case,
  first: CountedDeposit,
): readonly [ReasonCode, string] | undefined {
  const minimum = decimal(component.minimumDeposit);
  const told = `${formatDecimal(first.amount)} ${first.currency}`;
  const kept = subtractDecimals(first.amount, first.chargedBack);
  const chargedBack = `of the first deposit of ${told} ${formatDecimal(first.chargedBack)} was charged back`;
  // Without a minimum no amounts are compared, so no rate is needed.
  if (isZero(minimum)) return signOf(kept) <= 0 ? ['chargeback', chargedBack] : undefined;
  const asked = { from: first.currency, to: context.currency, at: first.event.occurredAt };
  const whole = convertAmount(context.rates, first.amount, asked);
  const rest = convertAmount(context.rates, kept, asked);
  if (whole === undefined || rest === undefined)
    return [
      'no_fx_rate',
      `there is no rate from ${first.currency} to ${context.currency} for ${formatInstant(asked.at)}: the first deposit of ${told} cannot be compared with the minimum yet`,
    ];
  if (compareDecimals(whole.amount, minimum) < 0) {
    const missing = formatDecimal(subtractDecimals(minimum, whole.amount));
    const worth = whole.conversion === undefined ? '' : ` (${sayConverted(whole, context.currency)})`;
    return [
      'ftd_below_min',
      `the first deposit of ${told}${worth} needs ${missing} more to reach ${component.minimumDeposit} ${context.currency}`,
    ];
  }
  return compareDecimals(rest.amount, minimum) < 0 ? ['chargeback', chargedBack] : undefined;
}

function sayConverted({ amount, conversion }: ConvertedAmount, currency: string): string {
  const worth = `${formatDecimal(amount)} ${currency}`;
  if (conversion === undefined) return worth;
  const { rate, rateSource, rateAt } = recordOfConversion(conversion);
  return `${worth} at ${rate}, ${rateSource}, published ${rateAt}`;
}

function describeMissingDeposit({ component, context, ends }: Case): string {
  const minimum = isZero(decimal(component.minimumDeposit))
    ? ''
    : ` of at least ${component.minimumDeposit} ${context.currency}`;
  const amount =
    component.firstDeposit === 'single_first' ? `a first deposit${minimum}` : `deposits${minimum}`;
  return Number.isFinite(ends) ? `needs ${amount} before ${formatInstant(ends)}` : `needs ${amount}`;
}
