import {
  addDecimals,
  decimal,
  formatDecimal,
  isZero,
  normalizeDecimal,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { addMicros, formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { fromMinor } from '../../kernel/money.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import { endOfPeriod } from '../../kernel/period.ts';
import { addCalendarDays, localDate, startOfDate } from '../../kernel/zone.ts';
import {
  findDealInForce,
  findSuspensionAt,
  findVersionAt,
  listChain,
  listMovesBetween,
  listSharers,
} from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { ABOVE_CAP } from '../commission/facts.ts';
import type { InputDifference, LineDifference } from '../commission/facts.ts';
import type {
  Booked,
  BookedGroup,
  PeriodEvidence,
  PeriodResult,
  PeriodTerms,
  ScopeSettlement,
} from './facts.ts';
import { allocate, weighIntervals } from './intervals.ts';

/**
 * The terms of a partner's component for a period: those in force when it ends, as the grade at its beginning has them (rules.md 5, Periods):
 * a change of the grade takes effect with a period's start.
 */
export function findTerms(
  program: ProgramSnapshot,
  partnerId: string,
  { component, period }: { readonly component: string; readonly period: string },
): PeriodTerms | undefined {
  const last = addMicros(endOfPeriod(period, program.zone), -1);
  const deal = findDealInForce(program, partnerId, last, startOfDate(period, program.zone));
  const found = deal?.document.components.find((one) => one.id === component);
  return deal === undefined || found === undefined ? undefined : { deal, component: found };
}

/**
 * Compares what a scope is worth with what was handed to the books, by settlement group: it is held while its period is open, then until
 * its hold day (rules.md 2.8, 2.11). Pure; the same result again gives no difference.
 */
export function settleScope(
  program: ProgramSnapshot,
  partnerId: string,
  {
    component,
    evidence,
    result,
    closed,
    before,
  }: {
    readonly component: string;
    readonly evidence: PeriodEvidence;
    readonly result: PeriodResult;
    readonly closed: boolean;
    readonly before: Booked;
  },
): ScopeSettlement {
  const ends = endOfPeriod(result.period, program.zone);
  const last = addMicros(ends, -1);
  const level = listChain(program, partnerId, last).length;
  const suspended = findSuspensionAt(program.partners.get(partnerId), last)?.to === Number.POSITIVE_INFINITY;
  const wanted: BookedGroup = {
    holdDay: localDate(addCalendarDays(ends, result.holdDays, program.zone), program.zone),
    holdReason: suspended ? 'partner_hold' : closed ? '' : 'period_open',
    currency: result.currency,
    level,
    amountMinor: result.amountMinor.toString(),
  };
  const groups = result.amountMinor === 0n ? [] : [wanted];
  const changes = diffGroups(before.groups ?? [], groups);
  const differences = changes.map((group): LineDifference => ({
    amountMinor: group.amountMinor,
    currency: group.currency,
    component,
    partnerId,
    level: group.level,
    holdDay: group.holdDay,
    holdReason: group.holdReason as LineDifference['holdReason'],
    customerId: '',
    customerLane: 0,
    eventId: null,
    period: result.period,
    ...(result.reason === undefined || BigInt(group.amountMinor) > 0n
      ? {}
      : { reason: result.reason as NonNullable<LineDifference['reason']> }),
    causedAt: formatInstant(last),
  }));
  const above = [
    ...sharesAbove(program, partnerId, { component, evidence, result }),
    ...advances(program, partnerId, { component, result }),
    ...fallbacks(program, partnerId, { component, result }),
  ];
  return {
    booked: { ...(groups.length === 0 ? {} : { groups }), ...(above.length === 0 ? {} : { above }) },
    differences,
    above: diffAbove(partnerId, result.period, { before: before.above ?? [], after: above }),
  };
}

function diffGroups(before: readonly BookedGroup[], after: readonly BookedGroup[]): BookedGroup[] {
  const keyOf = (group: BookedGroup): string =>
    `${group.currency} ${group.holdDay} ${group.holdReason} ${group.level}`;
  const sums = new Map<string, { group: BookedGroup; amount: bigint }>();
  for (const [groups, sign] of [
    [before, -1n],
    [after, 1n],
  ] as const)
    for (const group of groups) {
      const known = sums.get(keyOf(group)) ?? { group, amount: 0n };
      known.amount += sign * BigInt(group.amountMinor);
      sums.set(keyOf(group), known);
    }
  return [...sums.values()]
    .filter(({ amount }) => amount !== 0n)
    .map(({ group, amount }) => ({ ...group, amountMinor: amount.toString() }));
}

type Above = NonNullable<Booked['above']>;

/**
 * What the parents' shares are computed of: this partner's own amount, in the currency of the parent's deal, at the rate of the period's end.
 * Where it came under another parent inside of the period, the amount is allocated to the intervals by what each brought (rules.md 2.2, 2.5).
 */
function sharesAbove(
  program: ProgramSnapshot,
  partnerId: string,
  { component, evidence, result }: Settled,
): Above {
  const ends = endOfPeriod(result.period, program.zone);
  // Where no terms were in force there is no currency either.
  if (result.directMinor === 0n) return [];
  const cuts = listMovesBetween(program, partnerId, {
    from: startOfDate(result.period, program.zone),
    to: ends,
  });
  const terms = findTerms(program, partnerId, { component, period: result.period });
  const parts =
    cuts.length === 0 || terms === undefined
      ? [result.directMinor]
      : allocate(result.directMinor, weighIntervals(terms.component, evidence, { cuts, paid: result.paid }));
  const shares = parts.flatMap((part, index) =>
    part === 0n
      ? []
      : shareOfInterval(program, partnerId, {
          component,
          result,
          part,
          until: addMicros((parts.length === 1 ? undefined : cuts[index]) ?? ends, -1),
        }),
  );
  const sums = new Map<string, Above[number]>();
  for (const share of shares) {
    const key = `${share.partnerId} ${share.component}`;
    const known = sums.get(key);
    const amount = addDecimals(decimal(known?.amount ?? '0'), decimal(share.amount));
    sums.set(key, { ...share, amount: formatDecimal(normalizeDecimal(amount)) });
  }
  return [...sums.values()].filter(({ amount }) => amount !== '0');
}

/** A CPA that is settled by month is an advance on the shares of revenue of the same deal that name it: what the month paid (rules.md 2.12). */
function advances(
  program: ProgramSnapshot,
  partnerId: string,
  { component, result }: Pick<Settled, 'component' | 'result'>,
): Above {
  const terms = findTerms(program, partnerId, { component, period: result.period });
  if (terms?.component.kind !== 'cpa' || result.amountMinor === 0n) return [];
  const amount = formatDecimal(normalizeDecimal(fromMinor(result.amountMinor, result.currency)));
  return terms.deal.document.components.flatMap((other) =>
    other.kind === 'revshare' && other.recoup?.component === component && other.recoup.by === 'deal'
      ? [{ partnerId, component: other.id, amount, measure: 'cpa' as const }]
      : [],
  );
}

/** Whom a limit of the month refused: the shares that are paid unless the CPA is count their revenue (semantics.md 4.6). */
function fallbacks(
  program: ProgramSnapshot,
  partnerId: string,
  { component, result }: Pick<Settled, 'component' | 'result'>,
): Above {
  const { fallback = [] } = result;
  if (fallback.length === 0) return [];
  const terms = findTerms(program, partnerId, { component, period: result.period });
  const shares = (terms?.deal.document.components ?? []).filter(
    (other) => other.kind === 'revshare' && other.unlessPaid === component,
  );
  return shares.flatMap(({ id }) =>
    fallback.map(({ key }) => ({
      partnerId,
      component: id,
      amount: '1',
      measure: ABOVE_CAP,
      customerId: customerOfKey(key),
    })),
  );
}

/** The customer of a CPA by its natural key, `c:customer:component:partner:level`. */
function customerOfKey(key: string): string {
  const [, customerId] = key.split(':');
  if (customerId === undefined) throw new Error(`${key} is not the key of a CPA`);
  return customerId;
}

interface Settled {
  readonly component: string;
  readonly evidence: PeriodEvidence;
  readonly result: PeriodResult;
}

/** What the parent of an interval counts of a part, by its terms of the period's end. */
function shareOfInterval(
  program: ProgramSnapshot,
  partnerId: string,
  {
    component,
    result,
    part,
    until,
  }: Omit<Settled, 'evidence'> & { readonly part: bigint; readonly until: Instant },
): Above {
  const last = addMicros(endOfPeriod(result.period, program.zone), -1);
  const targets = [
    ...listSharers(program, partnerId, until, last).map((sharer) => ({
      partnerId: sharer.partnerId,
      component: sharer.component.id,
      currency: sharer.currency,
    })),
    ...overridesAbove(program, partnerId, { component, period: result.period, until }),
  ];
  return targets.flatMap((target) => {
    const converted = convertAmount(program.rates, fromMinor(part, result.currency), {
      from: result.currency,
      to: target.currency,
      at: last,
    });
    if (converted === undefined) return [];
    const amount = formatDecimal(normalizeDecimal(converted.amount));
    return [{ partnerId: target.partnerId, component: target.component, amount }];
  });
}

/** The share of revenue of the parent that earns on the same of the partner below. */
function overridesAbove(
  program: ProgramSnapshot,
  below: string,
  {
    component,
    period,
    until,
  }: { readonly component: string; readonly period: string; readonly until: Instant },
): { partnerId: string; component: string; currency: string }[] {
  const last = addMicros(endOfPeriod(period, program.zone), -1);
  const parentId = findVersionAt(program.edges.get(below) ?? [], until)?.parentId ?? null;
  const deal =
    parentId === null
      ? undefined
      : findDealInForce(program, parentId, last, startOfDate(period, program.zone));
  if (parentId === null || deal === undefined) return [];
  const shares = deal.document.components.filter((one) => one.kind === 'revshare');
  const mine = shares.find((one) => one.id === component) ?? (shares.length === 1 ? shares[0] : undefined);
  const isShare = findTerms(program, below, { component, period })?.component.kind === 'revshare';
  return mine === undefined || mine.overridePercent === null || !isShare
    ? []
    : [{ partnerId: parentId, component: mine.id, currency: deal.document.currency }];
}

function diffAbove(
  below: string,
  period: string,
  { before, after }: { readonly before: Above; readonly after: Above },
): InputDifference[] {
  const keyOf = (one: Above[number]): string =>
    `${one.partnerId} ${one.component} ${one.measure ?? 'below'} ${one.customerId ?? ''}`;
  const old = new Map(before.map((one) => [keyOf(one), one]));
  const now = new Map(after.map((one) => [keyOf(one), one]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key): InputDifference[] => {
    const was = old.get(key);
    const is = now.get(key);
    const target = is ?? was;
    const change: Decimal = subtractDecimals(decimal(is?.amount ?? '0'), decimal(was?.amount ?? '0'));
    if (target === undefined || isZero(change)) return [];
    return [
      {
        component: target.component,
        partnerId: target.partnerId,
        period,
        customerId: target.customerId ?? below,
        measures: { [target.measure ?? 'below']: formatDecimal(normalizeDecimal(change)) },
      },
    ];
  });
}
