import {
  addDecimals,
  compareDecimals,
  decimal,
  decimalFromInteger,
  isZero,
  signOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { toMinor } from '../../kernel/money.ts';
import type {
  CapTerms,
  DealComponent,
  FlatFeeComponent,
  SubPartnerShareComponent,
  TierTerms,
} from '../../registry/deals/facts.ts';
import type { Opening } from '../../registry/facts.ts';
import { countsPayments } from '../../registry/deals/facts.ts';
import { decideCandidates, termsOfStage } from './candidates.ts';
import { carriedInto } from './carry.ts';
import type { Exchange } from './carry.ts';
import { applyDayLimits } from './day-limits.ts';
import type {
  ActiveSpan,
  Candidate,
  Carry,
  PaidMonth,
  PeriodEvidence,
  PeriodResult,
  PeriodStep,
  PeriodTerms,
} from './facts.ts';
import { baseOf, inBaseCurrency, largerOf, percentOf, proportion, text } from './formula.ts';
import { fillRoom, partsOf } from './queued.ts';
import { decideRevshare, NAMES } from './revshare.ts';
import type { Asked, Worth } from './revshare.ts';
import { isShort } from './spans.ts';
import { sparePaid } from './taken-back.ts';
import { applyTiers, firstBandOf, worthPerUnit } from './tiers.ts';
import { countNewlyActive, countsActiveOnce, windowTotalsOf } from './windows.ts';

/** Periods whose last result leaves something that pays by itself: they are decided until it is used up. At most so many without evidence. */
export const MOST_EMPTY_PERIODS = 1_200;

/** What else decides besides evidence and terms. */
export interface DecidedBy {
  readonly opening?: Opening | undefined;
  /** What was paid out of a period; absent: nothing ever was. */
  readonly paidOf?: ((period: string) => readonly PaidMonth[]) | undefined;
  /** Whom a window that looks back over months counts as active; absent: nobody. */
  readonly activity?: readonly ActiveSpan[] | undefined;
  /** The day of the program, 'YYYY-MM-DD', of an ISO instant; absent: of UTC. */
  readonly dayOf?: ((at: string) => string) | undefined;
  /** Money at the rate of the instant at which a period begins; absent: nothing can be converted. */
  readonly exchangeAt?: ((period: string, from: string, to: string) => Exchange) | undefined;
}

/**
 * What the periods of one (partner, component) are worth (rules.md 2.2, 2.10): each from its own evidence, its terms and what the periods
 * before left; `opening` stands in place of that from its month on (rules.md 1.8). `evidence` is sorted by period. Pure, and the same for every order in which the evidence came in.
 */
export function decidePeriods(
  evidence: readonly PeriodEvidence[],
  termsOf: (period: string) => PeriodTerms | undefined,
  { opening, paidOf, activity, exchangeAt, dayOf = (at) => at.slice(0, 10) }: DecidedBy = {},
): PeriodResult[] {
  const results: PeriodResult[] = [];
  let before: Carry = {};
  let isOpened = opening === undefined;
  let once: { readonly since: string; readonly before: string | undefined } | undefined;
  for (const [index, one] of evidence.entries()) {
    const terms = termsOf(one.period);
    if (terms === undefined) continue;
    const { currency } = terms.deal.document;
    const left = results.at(-1);
    if (left !== undefined && left.currency !== currency)
      before = carriedInto(
        before,
        exchangeAt?.(one.period, left.currency, currency),
        terms.component.kind === 'per_lot',
      );
    if (!isOpened && opening !== undefined && one.period >= opening.period) {
      before = opening.state;
      isOpened = true;
    }
    const counting = countsActiveOnce(terms.component) && activity !== undefined;
    once = counting ? (once ?? { since: one.period, before: undefined }) : undefined;
    const asked: Asked = {
      ...(once === undefined || activity === undefined
        ? {}
        : { newlyActive: countNewlyActive(activity, { ...once, period: one.period }) }),
      evidence: {
        ...one,
        candidates: one.candidates.map((candidate) => withFittingPeriod(candidate, termsOf)),
      },
      before,
      dayOf,
      windowTotals: windowTotalsOf(terms.component, evidence.slice(0, index + 1), activity),
    };
    const result = sparePaid(decidePeriod(terms, asked), paidOf?.(one.period) ?? []);
    results.push(result);
    before = result.carry;
    once = once === undefined ? undefined : { since: once.since, before: one.period };
  }
  return results;
}

/** What is taken back in a period without terms is taken back in its own. */
function withFittingPeriod(
  candidate: Candidate,
  termsOf: (period: string) => PeriodTerms | undefined,
): Candidate {
  const { taken } = candidate;
  if (taken?.period === undefined || termsOf(taken.period) !== undefined) return candidate;
  return { ...candidate, taken: { at: taken.at, percent: taken.percent } };
}

function decidePeriod(terms: PeriodTerms, asked: Asked): PeriodResult {
  const { deal, component } = terms;
  const caps = 'caps' in component && !isByCandidates(component) ? component.caps : [];
  const worth = withLeftOver(worthOf(component, asked), { component, caps }, asked);
  const capped = applyCaps(caps, worth, asked);
  const { currency, rounding } = deal.document;
  const amountMinor = toMinor(capped.exact, currency, rounding);
  const reason =
    capped.reason ?? (amountMinor === 0n && !isZero(capped.exact) ? 'rounded_to_zero' : undefined);
  return {
    period: asked.evidence.period,
    amountMinor,
    directMinor:
      component.kind === 'sub_partner_share'
        ? 0n
        : toMinor(subtractDecimals(capped.exact, overrideLeft(worth, capped)), currency, rounding),
    currency,
    ...(capped.paid === undefined ? {} : { paid: capped.paid }),
    ...(capped.fallback === undefined ? {} : { fallback: capped.fallback }),
    exact: capped.exact,
    ...(reason === undefined ? {} : { reason }),
    steps: capped.steps,
    carry: capped.carry,
    dealId: deal.id,
    dealVersion: deal.version,
    ...(deal.grade === undefined ? {} : { grade: deal.grade }),
    holdDays: component.holdDays,
  };
}

/** A limit cuts what was earned from below first, then the partner's own (rules.md 5 "Levels": from the top down, the leaf last). */
function overrideLeft(worth: Worth, capped: Worth): Decimal {
  const override = worth.override ?? ZERO;
  const cut = subtractDecimals(worth.exact, capped.exact);
  if (signOf(cut) <= 0 || signOf(override) <= 0) return override;
  return largerOf(subtractDecimals(override, cut), ZERO);
}

/** What is paid whole or not at all: its caps are applied one by one. */
function isByCandidates(component: DealComponent): boolean {
  return component.kind === 'cpa' || countsPayments(component);
}

function worthOf(component: DealComponent, asked: Asked): Worth {
  switch (component.kind) {
    case 'revshare':
      return withOverride(withFallbackSteps(decideRevshare(component, asked), asked), component, asked);
    case 'cpa':
      return decideCandidates(component, asked);
    case 'stage_payment':
      return countsPayments(component)
        ? decideCandidates(termsOfStage(component), asked)
        : decideVolume(component, asked);
    case 'flat_fee':
      return decideFlatFee(component, asked);
    case 'sub_partner_share':
      return decideSubPartnerShare(component, asked);
    default:
      return decideVolume(component, asked);
  }
}

/** Says first whose revenue counts because a limit refused the CPA, and whose does not because it was paid. */
function withFallbackSteps(worth: Worth, { evidence: { fallback = 0, cpaInstead = 0 } }: Asked): Worth {
  const isZeroByIt = cpaInstead > 0 && worth.reason === undefined && isZero(worth.exact);
  return {
    ...worth,
    ...(isZeroByIt ? { reason: 'cpa_instead' } : {}),
    steps: [
      ...(fallback === 0 ? [] : [{ step: 'fallback', amount: String(fallback) }]),
      ...(cpaInstead === 0 ? [] : [{ step: 'cpa_instead', amount: String(cpaInstead) }]),
      ...worth.steps,
    ],
  };
}

/** What a partner earns on the direct commission of those below is added to its own (rules.md 2.5, 5 "Levels"). */
function withOverride(
  worth: Worth,
  component: Extract<DealComponent, { kind: 'revshare' }>,
  { evidence }: Asked,
): Worth {
  const below = decimal(evidence.totals['below'] ?? '0');
  if (component.overridePercent === null || isZero(below)) return worth;
  const counted = component.overrideFloor === 'zero' ? largerOf(below, ZERO) : below;
  const override = percentOf(counted, component.overridePercent);
  return {
    ...worth,
    override,
    exact: addDecimals(worth.exact, override),
    inBase: addDecimals(
      worth.inBase,
      isZero(worth.exact) ? override : proportion(override, worth.inBase, worth.exact),
    ),
    steps: [
      ...worth.steps,
      {
        step: 'override',
        amount: text(override),
        by: { percent: component.overridePercent, below: text(below) },
      },
    ],
  };
}

function decideFlatFee(component: FlatFeeComponent, { evidence }: Asked): Worth {
  const active = Number(evidence.totals['active_customers'] ?? '0');
  const least = component.minimumActiveCustomers;
  const { fee } = evidence;
  if (fee === undefined) return nothing('month_not_earned');
  if (least !== null && active < least) return nothing('min_activity');
  const whole = decimal(component.amount);
  const exact =
    fee.days === fee.of ? whole : proportion(whole, decimalFromInteger(fee.days), decimalFromInteger(fee.of));
  const by = fee.days === fee.of ? {} : { by: { days: String(fee.days), of: String(fee.of) } };
  return { exact, inBase: exact, steps: [{ step: 'flat_fee', amount: text(exact), ...by }], carry: {} };
}

function nothing(reason: string): Worth {
  return { exact: ZERO, inBase: ZERO, reason, steps: [], carry: {} };
}

function decideSubPartnerShare(component: SubPartnerShareComponent, { evidence }: Asked): Worth {
  const { totals } = evidence;
  const base =
    component.basis === 'commission'
      ? decimal(totals['below'] ?? '0')
      : baseOf(component.revenue, totals, false);
  const counted = component.floor === 'zero' ? largerOf(base, ZERO) : base;
  const exact = percentOf(counted, component.percent);
  return {
    exact,
    inBase: exact,
    steps: [
      { step: component.basis === 'commission' ? 'below' : component.revenue, amount: text(base) },
      { step: 'rate', amount: text(exact), by: { percent: component.percent } },
    ],
    carry: {},
  };
}

type VolumeComponent = Exclude<
  DealComponent,
  { kind: 'revshare' | 'cpa' | 'flat_fee' | 'sub_partner_share' }
>;

/** Lots, purchases and stages under tiers or caps: what each event is worth is summed, or the units where steps have their own rate. */
function decideVolume(component: VolumeComponent, asked: Asked): Worth {
  const { totals } = asked.evidence;
  const based = inBaseCurrency(totals);
  const tiers: TierTerms | null = 'tiers' in component ? component.tiers : null;
  if (tiers === null) {
    const exact = decimal(totals['amount'] ?? '0');
    return {
      exact,
      inBase: decimal(based['amount'] ?? '0'),
      steps: [{ step: 'amount', amount: text(exact) }],
      carry: {},
    };
  }
  const isLots = component.kind === 'per_lot';
  const name = metricNameOf(tiers.metric);
  const told = decimal(totals[isLots ? 'units' : 'purchases'] ?? '0');
  // What credit funded finds the step, and is not paid.
  const quantity = subtractDecimals(told, decimal(totals['unpaid'] ?? '0'));
  const metric = decimal(asked.newlyActive ?? based[name] ?? '0');
  const { before } = asked;
  const reached =
    tiers.atLeast === null ? undefined : Number(totals[metricNameOf(tiers.atLeast.metric)] ?? '0');
  const worth = isLots ? worthPerUnit : percentOf;
  const stepped = applyTiers(
    reached !== undefined && tiers.atLeast !== null && reached < tiers.atLeast.count
      ? firstBandOf(tiers)
      : tiers,
    {
      quantity,
      metric,
      quantityBefore: decimal(before.toDate?.quantity ?? '0'),
      metricBefore: decimal(before.toDate?.metric ?? '0'),
      windowMetric: decimal(inBaseCurrency(asked.windowTotals)[name] ?? '0'),
    },
    worth,
  );
  // Repeated purchases and resets keep their own rates.
  const fixed = decimal(totals['fixed'] ?? '0');
  const exact = addDecimals(stepped.exact, fixed);
  const steps = isZero(fixed)
    ? stepped.steps
    : [...stepped.steps, { step: 'at_own_rates', amount: text(fixed) }];
  const amount = decimal(totals['amount'] ?? '0');
  const inBase = isZero(amount) ? exact : proportion(exact, decimal(based['amount'] ?? '0'), amount);
  return {
    exact,
    inBase,
    steps,
    carry:
      tiers.window === 'lifetime'
        ? {
            toDate: {
              metric: text(addDecimals(decimal(before.toDate?.metric ?? '0'), metric)),
              quantity: text(addDecimals(decimal(before.toDate?.quantity ?? '0'), quantity)),
            },
          }
        : {},
  };
}

/** The total that a tier's metric is. */
export function metricNameOf(metric: string): string {
  const special: Readonly<Record<string, string>> = {
    lots: 'units',
    commission: 'amount',
    purchases: 'counted',
    purchase_count: 'count',
  };
  return special[metric] ?? NAMES[metric] ?? metric;
}

/**
 * What waits above a limit of earlier terms, where these have none in its place any more: it comes with what it was worth, before the limits that
 * there are. So do payments that waited for a limit of their number, and what was paid of them and is taken back now.
 */
function withLeftOver(
  worth: Worth,
  { component, caps }: { readonly component: DealComponent; readonly caps: readonly CapTerms[] },
  asked: Asked,
): Worth {
  const { before, evidence } = asked;
  const money = Object.entries(before.queuedBy ?? {}).filter(([place]) => caps[Number(place)] === undefined);
  const left = money.reduce(
    (sum, [, { amount, base }]): Worth => ({
      ...sum,
      exact: addDecimals(sum.exact, decimal(amount)),
      inBase: addDecimals(sum.inBase, decimal(base)),
      steps: [...sum.steps, { step: 'queued_in', amount }],
    }),
    worth,
  );
  if (isByCandidates(component) || (before.queue ?? before.owed) === undefined) return left;
  const only = { ...asked, evidence: { ...evidence, totals: {}, candidates: [] } };
  const waited = decideCandidates({ caps: [], tiers: null, qualityGate: null }, only);
  return {
    ...left,
    exact: addDecimals(left.exact, waited.exact),
    inBase: addDecimals(left.inBase, waited.inBase),
    steps: [...left.steps, { step: 'queued_in', amount: text(waited.exact) }],
    carry: { ...left.carry, ...waited.carry },
  };
}

/** Caps of money on a sum (rules.md 2.3 and 5 "Caps"): in the program's base currency; what is above is lost, or waits and comes first. */
function applyCaps(caps: readonly CapTerms[], worth: Worth, asked: Asked): Worth {
  let capped = applyDayLimits(caps, worth, { asked, partOf });
  for (const [place, cap] of caps.entries())
    if (!isShort(cap)) capped = applyCap({ cap, place }, capped, asked);
  return capped;
}

interface PlacedCap {
  readonly cap: CapTerms;
  readonly place: number;
}

/** A cap of some countries limits what customers of these brought; of an amount by steps their part in it. */
function applyCap({ cap, place }: PlacedCap, worth: Worth, { before, evidence }: Asked): Worth {
  const used = cap.per === 'lifetime' ? decimal(before.used?.[String(place)] ?? '0') : ZERO;
  const waiting = before.queuedBy?.[String(place)];
  const limited = partOf(cap, worth, evidence.totals);
  const exact = addDecimals(limited.exact, decimal(waiting?.amount ?? '0'));
  const inBase = addDecimals(limited.inBase, decimal(waiting?.base ?? '0'));
  const room = largerOf(subtractDecimals(decimal(cap.limit), used), ZERO);
  const rest = {
    exact: subtractDecimals(worth.exact, limited.exact),
    inBase: subtractDecimals(worth.inBase, limited.inBase),
  };
  const keepUsed = (paid: Decimal): Pick<Carry, 'used'> =>
    cap.per === 'lifetime'
      ? { used: { ...worth.carry.used, [String(place)]: text(addDecimals(used, paid)) } }
      : {};
  const waited: PeriodStep[] = waiting === undefined ? [] : [{ step: 'queued_in', amount: waiting.amount }];
  if (compareDecimals(inBase, room) <= 0 || signOf(inBase) <= 0)
    return {
      ...worth,
      exact: addDecimals(rest.exact, exact),
      inBase: addDecimals(rest.inBase, inBase),
      steps: [...worth.steps, ...waited],
      carry: { ...worth.carry, ...keepUsed(inBase) },
    };
  const { paid, over } = fillRoom(room, [...partsOf(waiting), limited]);
  return {
    ...worth,
    exact: addDecimals(rest.exact, paid),
    inBase: addDecimals(rest.inBase, room),
    reason: 'cap_period',
    steps: [
      ...worth.steps,
      ...waited,
      { step: 'capped', amount: over.amount, by: { limit: cap.limit, overflow: cap.overflow } },
    ],
    carry: {
      ...worth.carry,
      ...keepUsed(room),
      ...(cap.overflow === 'queue_next_period'
        ? { queuedBy: { ...worth.carry.queuedBy, [String(place)]: over } }
        : {}),
    },
  };
}

/** What of an amount a cap limits: all of it, or the part of its countries, in the proportion of what these are worth by the component's own rates. */
function partOf(
  { countries }: CapTerms,
  { exact, inBase }: Pick<Worth, 'exact' | 'inBase'>,
  totals: Readonly<Record<string, string>>,
): { readonly exact: Decimal; readonly inBase: Decimal } {
  if (countries.length === 0) return { exact, inBase };
  const whole = decimal(totals['amount'] ?? '0');
  const own = [...new Set(countries)].reduce(
    (sum, country) => addDecimals(sum, decimal(totals[`amount@${country}`] ?? '0')),
    ZERO,
  );
  if (isZero(whole) || isZero(own)) return { exact: ZERO, inBase: ZERO };
  if (compareDecimals(own, whole) === 0) return { exact, inBase };
  return { exact: proportion(exact, own, whole), inBase: proportion(inBase, own, whole) };
}
