import { sortCanonically } from '../../kernel/canonical-order.ts';
import {
  addDecimals,
  compareDecimals,
  decimal,
  decimalFromInteger,
  divideDecimals,
  formatDecimal,
  isZero,
  multiplyDecimals,
  negateDecimal,
  normalizeDecimal,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { formatInstant, maxInstant } from '../../kernel/instant.ts';
import { periodOf } from '../../kernel/period.ts';
import { fromMinor } from '../../kernel/money.ts';
import type { DealVersion } from '../../registry/deals/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { isChargeback, isOriginal, takenBack } from '../qualification/index.ts';
import { findClawbackPercent, splitClawback } from './clawback.ts';
import type { TakenPart } from './clawback.ts';
import { findAncestorComponent } from './components.ts';
import { naturalKeyOf } from './facts.ts';
import type { EventDecision, Line, PeriodInput } from './facts.ts';
import { countingPeriod } from './late.ts';
import type { PropComponent, PropLines, PropPay } from './prop.ts';
import { bringVolume } from './volume-inputs.ts';

const HUNDRED = decimalFromInteger(100);
const ONE = decimalFromInteger(1);
const SCALE = 24;

/** An event that takes back a part of a purchase or of a stage. */
interface Return {
  readonly event: PlacedEvent;
  /** Of the original's money, or 1 of 1; zero or more, together no more than the original. */
  readonly part: Decimal;
  readonly onPass: boolean;
}

/**
 * What chargebacks, reversals and refunds take back of purchases and stages (semantics.md 4.10 and 6, rules.md 2.7 and 5 "Clawback"): lines
 * of their own that are minus the original's, in proportion and together never more; each with what it is where the original had been paid
 * by then. A refund of the fee of a trader who passed takes nothing, unless the deal says so. By event id; those that take back something
 * else are absent. Pure.
 */
export function takeBackProp(
  program: ProgramSnapshot,
  customerId: string,
  { paid, events }: { readonly paid: readonly PropPay[]; readonly events: readonly PlacedEvent[] },
): ReadonlyMap<string, EventDecision> {
  const decisions = new Map<string, EventDecision>();
  const returns = sortCanonically(
    events.filter(
      (event) => (isChargeback(event) || event.content.kind === 'refund') && event.content.test !== true,
    ),
  );
  const byOriginal = Map.groupBy(returns, (event) => paid.find((one) => isOriginal(one.event, event)));
  for (const [original, own] of byOriginal) {
    if (original === undefined) continue;
    for (const [eventId, decision] of takeBackOne(program, { customerId, original, events }, own))
      decisions.set(eventId, decision);
  }
  return decisions;
}

interface Taking {
  readonly customerId: string;
  readonly original: PropPay;
  readonly events: readonly PlacedEvent[];
}

function takeBackOne(
  program: ProgramSnapshot,
  taking: Taking,
  returns: readonly PlacedEvent[],
): [string, EventDecision][] {
  const { original, events } = taking;
  const { amount, currency } = original.event.content;
  const told = decimal(amount ?? '0');
  const whole = amount === undefined || isZero(told) ? ONE : told;
  const withoutRate = new Set<string>();
  const parts = returns.flatMap((event): Return[] => {
    const part =
      whole === ONE
        ? ONE
        : takenBack(
            event,
            { amount: whole, currency: currency ?? event.content.currency ?? '' },
            program.rates,
          );
    if (part === undefined) withoutRate.add(event.eventId);
    return part === undefined ? [] : [{ event, part, onPass: isOnPass(original.event, event, events) }];
  });
  const lines = new Map<string, Line[]>();
  const inputs = new Map<string, PeriodInput[]>();
  for (const paid of original.paid) {
    const counted = parts.filter(({ onPass }) => !onPass || clawsBackOnPass(paid.component));
    for (const line of paid.lines)
      for (const [eventId, minus] of takeBackLine(program, { ...taking, paid, whole, line }, counted))
        lines.set(eventId, [...(lines.get(eventId) ?? []), minus]);
    for (const [eventId, input] of takeBackVolume(program, { paid, whole }, counted))
      inputs.set(eventId, [...(inputs.get(eventId) ?? []), input]);
  }
  const amended = withTaken(program, original, {
    whole,
    parts: parts.filter(({ onPass }) => !onPass),
  });
  const decided = returns.map((event): [string, EventDecision] => {
    if (withoutRate.has(event.eventId))
      return [event.eventId, { state: 'decided', reason: 'no_fx_rate', lines: [] }];
    const own = lines.get(event.eventId) ?? [];
    const brought = inputs.get(event.eventId) ?? [];
    const kept = own.length + brought.length === 0 && original.paid.length > 0;
    const isKept = kept && isOnPass(original.event, event, events);
    const reason = isKept ? 'refund_on_pass' : event.content.kind === 'refund' ? 'refund' : 'chargeback';
    return [
      event.eventId,
      { state: 'decided', reason, lines: own, ...(brought.length === 0 ? {} : { inputs: brought }) },
    ];
  });
  return amended === undefined ? decided : [...decided, [original.event.eventId, amended]];
}

/** What was taken back of a payment that is counted against a limit: a part makes it less, the whole of it takes it in the period of its end. */
function withTaken(
  program: ProgramSnapshot,
  { event, decision }: PropPay,
  { whole, parts }: { readonly whole: Decimal; readonly parts: readonly Return[] },
): EventDecision | undefined {
  if (parts.length === 0 || !decision.inputs?.some(({ candidate }) => candidate !== undefined))
    return undefined;
  let taken = ZERO;
  const last = parts.find(({ part }) => {
    taken = addDecimals(taken, part);
    return compareDecimals(taken, whole) >= 0;
  });
  const left = subtractDecimals(whole, taken);
  const partOf = (amount: string): string =>
    formatDecimal(
      normalizeDecimal(divideDecimals(multiplyDecimals(decimal(amount), left), whole, SCALE, 'half_even')),
    );
  return {
    ...decision,
    inputs: decision.inputs.map((input) => {
      const { candidate } = input;
      if (candidate === undefined) return input;
      const { base } = candidate;
      if (last === undefined)
        return {
          ...input,
          candidate: {
            ...candidate,
            amount: partOf(candidate.amount),
            ...(base === undefined ? {} : { base: partOf(base) }),
          },
        };
      const { occurredAt } = last.event;
      const period = countingPeriod(
        program,
        { ...input, period: periodOf(occurredAt, program.zone) },
        maxInstant(event.receivedAt, last.event.receivedAt),
      );
      return {
        ...input,
        candidate: {
          ...candidate,
          taken: { at: formatInstant(occurredAt), percent: '100', period },
        },
      };
    }),
  };
}

/**
 * Whether a refund gives the fee back because the trader passed: the source says so (extra.onPass), else a stage was reached between the
 * purchase and the refund.
 */
function isOnPass(purchase: PlacedEvent, refund: PlacedEvent, events: readonly PlacedEvent[]): boolean {
  if (refund.content.kind !== 'refund') return false;
  const told = refund.content.extra?.['onPass'];
  if (told === 'true' || told === 'false') return told === 'true';
  return events.some(
    ({ content, occurredAt }) =>
      (content.kind === 'funded' || content.kind === 'trader_payout') &&
      content.test !== true &&
      purchase.occurredAt <= occurredAt &&
      occurredAt <= refund.occurredAt,
  );
}

function clawsBackOnPass(component: PropComponent): boolean {
  return component.kind === 'purchase_share' && component.refundOnPass === 'clawback';
}

interface LineTaking extends Taking {
  readonly paid: PropLines;
  readonly whole: Decimal;
  readonly line: Line;
}

/** A line of each return that is minus its part of one line: all of it before payment, by the beneficiary's schedule after it. */
function takeBackLine(
  program: ProgramSnapshot,
  { customerId, original, paid, whole, line }: LineTaking,
  returns: readonly Return[],
): [string, Line][] {
  const owner = findDealOf(program, line) ?? paid.deal;
  const terms = line.leaf
    ? paid.component
    : (findAncestorComponent(paid.component.kind, paid.component.id, { leaf: paid.deal, own: owner }) ??
      paid.component);
  const { zone } = program;
  const from = original.event.occurredAt;
  const percents = returns.map(({ event }) =>
    'clawback' in terms ? findClawbackPercent(terms.clawback, { from, to: event.occurredAt, zone }) : HUNDRED,
  );
  const amountMinor = BigInt(line.amountMinor);
  const split = (percentOf: (index: number) => Decimal): bigint[] =>
    splitClawback(
      { amountMinor, whole, rounding: owner.document.rounding },
      returns.map(({ part }, index): TakenPart => ({ part, percent: percentOf(index) })),
    );
  const unpaid = split(() => HUNDRED);
  const afterPayment = split((index) => percents[index] ?? HUNDRED);
  const key = naturalKeyOf({ ...line, eventId: original.event.eventId, customerId });
  return returns.flatMap(({ event, part }, index): [string, Line][] => {
    const minus = unpaid[index] ?? 0n;
    const paidMinus = afterPayment[index] ?? 0n;
    if (minus === 0n && paidMinus === 0n) return [];
    const by = formatInstant(event.occurredAt);
    const basis = {
      takes: formatDecimal(normalizeDecimal(fromMinor(amountMinor, line.currency))),
      takenBy: event.content.kind,
      takenAt: by,
      part: formatDecimal(normalizeDecimal(part)),
      whole: formatDecimal(normalizeDecimal(whole)),
      original: original.event.eventId,
      originalAt: formatInstant(from),
      percent: formatDecimal(percents[index] ?? HUNDRED),
    };
    return [
      [
        event.eventId,
        {
          ...line,
          amountMinor: minus.toString(),
          basis,
          ifPaid: {
            key,
            by,
            amountMinor: paidMinus.toString(),
            ...('clawback' in terms && terms.clawback.review ? { review: true as const } : {}),
          },
        },
      ],
    ];
  });
}

function findDealOf(program: ProgramSnapshot, { partnerId, dealId }: Line): DealVersion | undefined {
  return [...(program.dealsOf.get(partnerId) ?? []), ...program.defaultDeals].find(
    (deal) => deal.id === dealId,
  );
}

/** What each return takes from what the leaf's purchase brought to a period: in the return's own period, for the partner of the original. */
function takeBackVolume(
  program: ProgramSnapshot,
  { paid: { volume }, whole }: { readonly paid: PropLines; readonly whole: Decimal },
  returns: readonly Return[],
): [string, PeriodInput][] {
  if (volume === undefined) return [];
  let taken = ZERO;
  return returns.flatMap(({ event, part }): [string, PeriodInput][] => {
    const before = taken;
    const sum = addDecimals(taken, part);
    taken = compareDecimals(sum, whole) > 0 ? whole : sum;
    const own = subtractDecimals(taken, before);
    if (isZero(own)) return [];
    const share = (value: Decimal): Decimal =>
      negateDecimal(divideDecimals(multiplyDecimals(value, own), whole, SCALE, 'half_even'));
    const { purchases, counted, fixed } = volume;
    const input = bringVolume(program, {
      ...volume,
      at: event.occurredAt,
      ratedAt: volume.at,
      dayAt: volume.at,
      amount: share(volume.amount),
      ...(purchases === undefined ? {} : { purchases: share(purchases) }),
      ...(counted === undefined ? {} : { counted: share(counted) }),
      ...(fixed === undefined ? {} : { fixed: share(fixed) }),
      count: compareDecimals(taken, whole) === 0 ? -1 : 0,
    });
    return 'reason' in input ? [] : [[event.eventId, input]];
  });
}
