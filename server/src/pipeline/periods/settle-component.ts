import { decimal } from '../../kernel/decimal.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import { nextPeriod } from '../../kernel/period.ts';
import { localDate, startOfDate } from '../../kernel/zone.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import { openingKey } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { decidePeriods, MOST_EMPTY_PERIODS } from './decide-periods.ts';
import type { DecidedBy } from './decide-periods.ts';
import type {
  Booked,
  ComponentEvidence,
  PeriodEvidence,
  PeriodResult,
  PeriodTerms,
  SettledPeriod,
} from './facts.ts';
import { listFeeMonths } from './fee-months.ts';
import type { Exchange } from './carry.ts';
import { text } from './formula.ts';
import { findTerms, settleScope } from './settle-scope.ts';
import { countFallback } from './weigh.ts';

/**
 * Decides all periods of one component of a partner, those too that only pay what waited for them, and compares each with what was handed
 * to the books. Pure.
 */
export function settleComponent(program: ProgramSnapshot, asked: ComponentEvidence): SettledPeriod[] {
  const { partnerId, component, bookedOf, isClosed, paidOf, activity } = asked;
  const decidedBy = {
    opening: program.openings?.get(openingKey(partnerId, component)),
    paidOf,
    activity,
    dayOf: (at: string) => localDate(instantFromIso(at), program.zone),
    exchangeAt: (period: string, from: string, to: string): Exchange => ({
      convert: (amount) => {
        const at = startOfDate(period, program.zone);
        const converted = convertAmount(program.rates, decimal(amount), { from, to, at });
        return converted === undefined ? undefined : text(converted.amount);
      },
      fromBase: from === program.baseCurrency,
    }),
  };
  const termsOf = (period: string): PeriodTerms | undefined =>
    findTerms(program, partnerId, { component, period });
  const brought = new Map(asked.evidence.map((one) => [one.period, one]));
  const evidence = countFallback(asked.evidence, (period) => termsOf(period)?.component);
  const all = withFollowing(withFees(program, { ...asked, evidence }), { program, termsOf, decidedBy });
  const results = new Map(decidePeriods(all, termsOf, decidedBy).map((result) => [result.period, result]));
  return all.map((counted) => {
    const { period } = counted;
    const result = results.get(period);
    const before = bookedOf(period);
    return {
      // What is kept are the sums as they were brought: what counts instead of a CPA is added anew each time.
      evidence: brought.get(period) ?? counted,
      result,
      settlement: settleScope(program, partnerId, {
        component,
        evidence: counted,
        result: result ?? emptyResult(period, before),
        closed: isClosed(period),
        before,
      }),
    };
  });
}

/** Months for which a fixed amount is earned are decided also where nobody brought anything to them. */
function withFees(
  program: ProgramSnapshot,
  { partnerId, component, evidence }: ComponentEvidence,
): readonly PeriodEvidence[] {
  const months = new Map(
    listFeeMonths(program, partnerId, component).map(({ period, days, of }) => [period, { days, of }]),
  );
  if (months.size === 0) return evidence;
  const told = new Map(evidence.map((one) => [one.period, one]));
  return [...new Set([...told.keys(), ...months.keys()])].toSorted().map((period) => {
    const fee = months.get(period);
    return {
      ...(told.get(period) ?? { period, totals: {}, customers: [], candidates: [] }),
      ...(fee === undefined ? {} : { fee }),
    };
  });
}

interface Following {
  readonly program: ProgramSnapshot;
  readonly termsOf: (period: string) => PeriodTerms | undefined;
  readonly decidedBy: DecidedBy;
}

/** What waits for later periods is decided until nothing waits, or they have not begun by the program's clock; also where nothing else was brought to them. */
function withFollowing(
  evidence: readonly PeriodEvidence[],
  { program, termsOf, decidedBy }: Following,
): readonly PeriodEvidence[] {
  const through = program.monthsEnded?.through;
  const begun = through === undefined ? '' : nextPeriod(through);
  const known = new Map(evidence.map((one) => [one.period, one]));
  const all = [...evidence];
  for (let round = 0; round < MOST_EMPTY_PERIODS; round += 1) {
    const results = decidePeriods(all, termsOf, decidedBy);
    const missing = results
      .flatMap((result) => [
        ...waitingFor(result, { termsOf, begun }),
        ...rollingInto(result, { termsOf, begun }),
      ])
      .toSorted()
      .find((period) => !known.has(period));
    if (missing === undefined) return all;
    const following: PeriodEvidence = {
      period: missing,
      totals: {},
      customers: [],
      candidates: [],
    };
    known.set(following.period, following);
    all.push(following);
    all.sort((a, b) => (a.period < b.period ? -1 : 1));
  }
  return all;
}

type Asking = Pick<Following, 'termsOf'> & { readonly begun: string };

/** The periods that are to be decided for what this one left, also where nothing else was brought to them; what waits, waits for terms too. */
function waitingFor({ period, carry }: PeriodResult, { termsOf, begun }: Asking): string[] {
  const isQueued = carry.queuedBy !== undefined || (carry.queue?.length ?? 0) > 0;
  let next = nextPeriod(period);
  while (isQueued && next <= begun && termsOf(next) === undefined) next = nextPeriod(next);
  return [...(isQueued && next <= begun ? [next] : []), ...(carry.owed ?? []).map((owed) => owed.period)];
}

/** The first month that pays what rolled over without asking for anybody: the others with too few customers only hand it on. */
function rollingInto({ period, carry }: PeriodResult, { termsOf, begun }: Asking): string[] {
  if (carry.rolled === undefined) return [];
  for (let next = nextPeriod(period); next <= begun; next = nextPeriod(next)) {
    const component = termsOf(next)?.component;
    if (component?.kind === 'revshare' && component.minimumActiveCustomers === null) return [next];
  }
  return [];
}

/** Of a period in which no terms were in force: nothing is paid for it. */
function emptyResult(period: string, booked: Booked): PeriodResult {
  return {
    period,
    amountMinor: 0n,
    directMinor: 0n,
    currency: booked.groups?.[0]?.currency ?? '',
    exact: { digits: 0n, scale: 0 },
    reason: 'no_deal',
    steps: [],
    carry: {},
    dealId: '',
    dealVersion: 0,
    holdDays: 0,
  };
}
