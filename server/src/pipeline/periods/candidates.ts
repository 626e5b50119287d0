import {
  addDecimals,
  compareDecimals,
  decimal,
  decimalFromInteger,
  isZero,
  negateDecimal,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { compareBytewise } from '../../kernel/canonical-order.ts';
import type { CapTerms, CpaComponent, StagePaymentComponent } from '../../registry/deals/facts.ts';
import type { Candidate, Carry, PeriodStep } from './facts.ts';
import { percentOf, proportion, text } from './formula.ts';
import type { Asked, Worth } from './revshare.ts';
import { NAMES } from './revshare.ts';
import { applyTiers, averageRate, firstBandOf, rateAt } from './tiers.ts';
import { isShort, sharedWeek, spanOf, usedBefore, weekOf } from './spans.ts';
import { isTaken, owedAfter, owedFor, takenBackIn } from './taken-back.ts';
import type { TieredAmount } from './tiers.ts';

const ONE = decimal('1');

/** What of a component decides which candidates are paid, and at what. */
export type CandidateTerms = Pick<CpaComponent, 'caps' | 'tiers' | 'qualityGate'>;

/** The same of a component that counts what it pays and has neither steps nor a gate: stages. */
export function termsOfStage({ caps }: StagePaymentComponent): CandidateTerms {
  return { caps, tiers: null, qualityGate: null };
}

/**
 * CPAs of one period under tiers, caps or a quality gate (rules.md 2.2, 2.3 and 5 "Caps"): in order of (qualifiedAt, canonical key),
 * those that waited since an earlier period first; what is paid is a prefix under each cap, a CPA whole or not at all; steps before
 * caps of money. Pure.
 */
export function decideCandidates(terms: CandidateTerms, asked: Asked): Worth {
  const { evidence, before } = asked;
  const component = withReachable(terms, evidence.totals);
  const gate = judgeQuality(component, evidence.totals);
  const isTopUp = component.tiers?.window === 'lifetime' && component.tiers.method === 'whole_volume';
  const { back, steps: stepsOfBack } = takenBackIn(before, evidence.period);
  if (gate !== undefined) {
    const lost = isTopUp ? topUp(component, [], { asked, rates: [], back }).exact : negateDecimal(back);
    return {
      exact: lost,
      inBase: lost,
      reason: 'quality_gate',
      steps: [gate, ...stepsOfBack],
      carry: {
        ...keep(before),
        ...owedAfter(before, evidence.period, []),
        ...toDateOf(component, asked, { paid: 0, worth: negateDecimal(back) }),
      },
    };
  }
  const fresh = evidence.candidates.toSorted(
    (a, b) =>
      compareBytewise(a.at, b.at) || compareBytewise(a.order, b.order) || compareBytewise(a.key, b.key),
  );
  const ordered = [...(before.queue ?? []), ...fresh];
  const rateOf = ratesFor(component, countAdmitted(component, ordered, asked), asked);
  const paid = admit(component.caps, ordered, { asked, rateOf });
  const rates = paid.admitted.map((_, place) => rateOf(place));
  const { exact: earned, steps } = topUp(component, paid.admitted, { asked, rates, back });
  const exact = isTopUp ? earned : subtractDecimals(earned, back);
  const later = paid.admitted.flatMap((candidate, index) => {
    const worth = text(percentOf(decimal(candidate.amount), rates[index] ?? '100'));
    const amount = isTopUp ? candidate.amount : worth;
    return owedFor(candidate, { period: evidence.period, amount, worth });
  });
  const { queued: queue, fallback } = paid;
  const left = ordered.length - paid.admitted.length;
  const taken = paid.admitted.filter((candidate) => isTaken(candidate, evidence.period)).length;
  return {
    exact,
    inBase: exact,
    paid: paid.admitted,
    ...(fallback.length === 0 ? {} : { fallback }),
    ...(left > 0 ? { reason: 'cap_period' } : isZero(back) ? {} : { reason: 'chargeback' }),
    steps: [
      { step: 'qualified', amount: String(ordered.length) },
      { step: 'paid', amount: String(paid.admitted.length) },
      ...(left === 0
        ? []
        : [
            {
              step: 'capped',
              amount: String(left),
              by: {
                queued: String(queue.length),
                ...(fallback.length === 0 ? {} : { fallback: String(fallback.length) }),
                ...paid.limits,
              },
            },
          ]),
      ...(taken === 0 ? [] : [{ step: 'taken_back', amount: String(taken) }]),
      ...stepsOfBack,
      ...steps,
      { step: 'amount', amount: text(exact) },
    ],
    carry: {
      ...(queue.length === 0 ? {} : { queue }),
      ...owedAfter(before, evidence.period, later),
      ...usedOf(component, paid.used, evidence.period),
      ...toDateOf(component, asked, {
        paid: paid.admitted.length,
        worth: subtractDecimals(sumOf(paid.admitted, evidence.period), back),
      }),
    },
  };
}

function keep(before: Carry): Carry {
  return {
    ...(before.used === undefined ? {} : { used: before.used }),
    ...(before.queue === undefined ? {} : { queue: before.queue }),
  };
}

function sumOf(candidates: readonly Candidate[], period: string): Decimal {
  return candidates.reduce((total, candidate) => addDecimals(total, worthOf(candidate, period)), ZERO);
}

/** What a candidate is paid at a full rate: nothing where it was taken back by then. */
function worthOf(candidate: Candidate, period: string): Decimal {
  return isTaken(candidate, period) ? ZERO : decimal(candidate.amount);
}

/** The condition on all customers of a period together; a step that says by how much it failed, undefined when it holds. */
function judgeQuality(
  { qualityGate }: CandidateTerms,
  totals: Readonly<Record<string, string>>,
): PeriodStep | undefined {
  const qualified = decimal(totals['qualified'] ?? '0');
  if (qualityGate === null || isZero(qualified)) return undefined;
  const compared = decimal(totals[qualityGate.of] ?? '0');
  const share = proportion(compared, decimalFromInteger(100), qualified);
  const { atLeastPercent, atMostPercent } = qualityGate;
  const fails =
    (atLeastPercent !== null && compareDecimals(share, decimal(atLeastPercent)) < 0) ||
    (atMostPercent !== null && compareDecimals(share, decimal(atMostPercent)) > 0);
  return fails ? { step: 'quality_gate', amount: text(share), by: { of: qualityGate.of } } : undefined;
}

interface Admitted {
  readonly admitted: readonly Candidate[];
  readonly queued: readonly Candidate[];
  /** Refused for good, for whom a share counts instead. */
  readonly fallback: readonly Candidate[];
  /** By the place of the cap and what it counts together. */
  readonly used: ReadonlyMap<string, Decimal>;
  /** How many each limit of a day or a week was the first to stop. */
  readonly limits: Readonly<Record<string, string>>;
}

/** How many the limits of a number let through: what the steps count, before the limits of money (rules.md 5 "Caps": tiers first). */
function countAdmitted({ caps }: CandidateTerms, ordered: readonly Candidate[], asked: Asked): number {
  const counting = caps.map((cap): CapTerms | undefined => (cap.by === 'count' ? cap : undefined));
  return admit(counting, ordered, { asked, rateOf: () => '0' }).admitted.length;
}

/**
 * Lets candidates through in order, up to every cap; behind the first one that does not fit under a cap, none that it limits does. Only
 * what is let through by all of them uses up a place, whatever each limits. What a number limits is asked first.
 */
function admit(
  caps: readonly (CapTerms | undefined)[],
  ordered: readonly Candidate[],
  { asked, rateOf }: { readonly asked: Asked; readonly rateOf: (place: number) => string },
): Admitted {
  const placed = [...caps.entries()]
    .flatMap(([place, cap]) => (cap === undefined ? [] : [{ place, cap }]))
    .toSorted((a, b) => Number(a.cap.by === 'money') - Number(b.cap.by === 'money'));
  const { used, keyOf } = countUsed(placed, asked);
  const shut = new Set<string>();
  const stopped = new Map<string, number>();
  const admitted: Candidate[] = [];
  const queued: Candidate[] = [];
  const fallback: Candidate[] = [];
  for (const candidate of ordered) {
    const money = percentOf(decimal(candidate.base ?? candidate.amount), rateOf(admitted.length));
    const mine = placed
      .filter(({ cap }) => cap.countries.length === 0 || cap.countries.includes(candidate.country))
      .map((one) => {
        const key = keyOf(one, candidate);
        return { ...one, key, sum: addDecimals(used.get(key) ?? ZERO, one.cap.by === 'count' ? ONE : money) };
      });
    const full = mine.find(
      ({ key, cap, sum }) => shut.has(key) || compareDecimals(sum, decimal(cap.limit)) > 0,
    );
    if (full === undefined) {
      for (const { key, sum } of mine) used.set(key, sum);
      admitted.push(candidate);
      continue;
    }
    shut.add(full.key);
    if (isShort(full.cap)) {
      const name = `${full.cap.per} ${full.cap.limit}`;
      stopped.set(name, (stopped.get(name) ?? 0) + 1);
    }
    if (full.cap.overflow === 'queue_next_period') queued.push(candidate);
    if (full.cap.overflow === 'revshare_fallback') fallback.push(candidate);
  }
  const limits = Object.fromEntries([...stopped].map(([name, count]) => [name, String(count)]));
  return { admitted, queued, fallback, used, limits };
}

interface PlacedCap {
  readonly place: number;
  readonly cap: CapTerms;
}

/** What each limit has let through before, and under which name it counts a candidate: what waited counts for the first day of the period. */
function countUsed(
  placed: readonly PlacedCap[],
  { before, evidence, dayOf }: Asked,
): {
  readonly used: Map<string, Decimal>;
  readonly keyOf: (one: PlacedCap, candidate: Candidate) => string;
} {
  const dayIn = (at: string): string => {
    const day = dayOf(at);
    return day < evidence.period ? evidence.period : day;
  };
  const used = new Map(
    placed.flatMap(({ place, cap }): [string, Decimal][] => {
      if (cap.per === 'lifetime') return [[`${place}@`, decimal(before.used?.[String(place)] ?? '0')]];
      const week = weekOf(evidence.period);
      return cap.per === 'week' ? [[`${place}@${week}`, decimal(usedBefore(before, place, week))]] : [];
    }),
  );
  return { used, keyOf: ({ place, cap }, { at }) => `${place}@${spanOf(cap, dayIn(at))}` };
}

/** Without the results that its steps ask for, the first band applies to everything. */
function withReachable(terms: CandidateTerms, totals: Readonly<Record<string, string>>): CandidateTerms {
  const { tiers } = terms;
  if (tiers === null || tiers.atLeast === null) return terms;
  const reached = Number(totals[metricName(tiers.atLeast.metric)] ?? '0');
  return reached >= tiers.atLeast.count ? terms : { ...terms, tiers: firstBandOf(tiers) };
}

/** The percentage that those that are paid are paid at, by their place; `counted` is what the limits of a number let through. */
function ratesFor(
  component: CandidateTerms,
  counted: number,
  { evidence, before, windowTotals }: Asked,
): (place: number) => string {
  const { tiers } = component;
  if (tiers === null) return () => '100';
  const start = tiers.window === 'lifetime' ? decimal(before.toDate?.metric ?? '0') : ZERO;
  const isRolling = tiers.window === 'rolling_90' || tiers.window === 'rolling_365';
  const total = isRolling
    ? decimal(windowTotals[metricName(tiers.metric)] ?? '0')
    : addDecimals(start, metricOf(component, counted, evidence.totals));
  const ofTotal = tiers.method === 'whole_volume' ? rateAt(tiers, total) : averageRate(tiers, total);
  // What has no place of its own in the count is paid at what the total comes to on average.
  if (tiers.method === 'whole_volume' || isRolling || tiers.metric !== 'qualified') return () => ofTotal;
  // The nth one fills the band up to n, so a bound belongs to the band below it whatever the edge, as for lots.
  const cut = { ...tiers, edge: 'lower' as const };
  return (place) => rateAt(cut, addDecimals(start, decimalFromInteger(place + 1)));
}

function metricName(metric: string): string {
  return NAMES[metric] ?? metric;
}

function metricOf(
  { tiers }: CandidateTerms,
  paid: number,
  totals: Readonly<Record<string, string>>,
): Decimal {
  return tiers === null || tiers.metric === 'qualified'
    ? decimalFromInteger(paid)
    : decimal(totals[metricName(tiers.metric)] ?? '0');
}

/** What those that are paid are worth; a step that is reached over a lifetime tops up what was paid before (V-TIER-5). */
function topUp(
  component: CandidateTerms,
  paid: readonly Candidate[],
  {
    asked,
    rates,
    back,
  }: { readonly asked: Asked; readonly rates: readonly string[]; readonly back: Decimal },
): TieredAmount {
  const { tiers } = component;
  if (tiers !== null && tiers.window === 'lifetime' && tiers.method === 'whole_volume') {
    return applyTiers(
      tiers,
      {
        quantity: subtractDecimals(sumOf(paid, asked.evidence.period), back),
        metric: metricOf(component, paid.length, asked.evidence.totals),
        quantityBefore: decimal(asked.before.toDate?.quantity ?? '0'),
        metricBefore: decimal(asked.before.toDate?.metric ?? '0'),
        windowMetric: ZERO,
      },
      percentOf,
    );
  }
  const worth = paid.map((candidate, index) => ({
    rate: rates[index] ?? '100',
    amount: worthOf(candidate, asked.evidence.period),
  }));
  const steps = [...Map.groupBy(worth, ({ rate }) => rate)].map(([rate, those]): PeriodStep => {
    const quantity = those.reduce((total, { amount }) => addDecimals(total, amount), ZERO);
    const by = { rate, metric: String(those.length), quantity: text(quantity) };
    return { step: 'tier', amount: text(percentOf(quantity, rate)), by };
  });
  return {
    exact: worth.reduce((total, { rate, amount }) => addDecimals(total, percentOf(amount, rate)), ZERO),
    steps: tiers === null ? [] : steps,
  };
}

function usedOf(
  { caps }: CandidateTerms,
  used: ReadonlyMap<string, Decimal>,
  period: string,
): Pick<Carry, 'used' | 'usedInWeek'> {
  const sums = (per: CapTerms['per'], span: string): [string, string][] =>
    [...caps.entries()].flatMap(([place, cap]): [string, string][] => {
      const sum = used.get(`${place}@${span}`) ?? ZERO;
      return cap.per === per ? [[String(place), text(sum)]] : [];
    });
  const lifetime = sums('lifetime', '');
  const week = sharedWeek(period);
  const weeks = week === undefined ? [] : sums('week', week).filter(([, sum]) => sum !== '0');
  return {
    ...(lifetime.length === 0 ? {} : { used: Object.fromEntries(lifetime) }),
    ...(week === undefined || weeks.length === 0
      ? {}
      : { usedInWeek: Object.fromEntries(weeks.map(([place, sum]) => [place, { week, used: sum }])) }),
  };
}

/** Up to the end of the period: those that were paid, or what else the steps count, and what they are worth at a full rate. */
function toDateOf(
  component: CandidateTerms,
  { evidence, before }: Asked,
  { paid, worth }: { readonly paid: number; readonly worth: Decimal },
): Pick<Carry, 'toDate'> {
  if (component.tiers?.window !== 'lifetime') return {};
  const metric =
    component.tiers.metric === 'qualified'
      ? decimalFromInteger(paid)
      : decimal(evidence.totals[metricName(component.tiers.metric)] ?? '0');
  return {
    toDate: {
      metric: text(addDecimals(decimal(before.toDate?.metric ?? '0'), metric)),
      quantity: text(addDecimals(decimal(before.toDate?.quantity ?? '0'), worth)),
    },
  };
}
