import {
  absDecimal,
  addDecimals,
  decimal,
  formatDecimal,
  isZero,
  negateDecimal,
  normalizeDecimal,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { fromMinor, isCurrency, toMinor } from '../../kernel/money.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import { localDate } from '../../kernel/zone.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { findAttributionAt } from '../attribution/index.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { EventKind } from '../mapping/facts.ts';
import { findBarAt, isDeposit, PURCHASES } from '../qualification/index.ts';
import type { DepositCount } from '../qualification/index.ts';
import { findOriginalAt, isOfTest } from './brought.ts';
import { CellSums, MeasureSums } from './cells.ts';
import type { CustomerContext, Lifetime, ScopeFigures } from './facts.ts';

const TAKEN_BACK: ReadonlySet<EventKind> = new Set<EventKind>(['chargeback', 'reversal', 'refund']);
const PLAYED: ReadonlySet<EventKind> = new Set<EventKind>(['bet', 'win']);

/** What a report row's NGR is made of where the row does not tell it itself: GGR, or bets minus wins, minus what it names of these. */
const DEDUCTED = ['bonus_cost', 'bonus', 'fees', 'fee', 'taxes', 'tax', 'jackpot'] as const;

interface Counting {
  readonly program: ProgramSnapshot;
  readonly context: CustomerContext;
  readonly cells: CellSums;
  readonly told: MeasureSums;
  /** Amounts of the two ways to value a customer, by instant. */
  readonly money: { readonly amount: Decimal; readonly currency: string; readonly at: Instant }[];
  readonly ngr: { readonly amount: Decimal; readonly currency: string; readonly at: Instant }[];
}

/**
 * Counts what happened with a customer outside trading (docs/figures.md): money, purchases, report rows, activity by day, each with
 * the partner whose bond held at the event's instant. `events` are those that count: without corroborating ones. Nothing is counted of a
 * test customer, or of one who did not register. Money that moved while the customer was barred counts; NGR and a first deposit do not.
 */
export function countScope(
  program: ProgramSnapshot,
  context: CustomerContext,
  { events, count }: { events: readonly PlacedEvent[]; count: DepositCount },
): ScopeFigures {
  const counting: Counting = {
    program,
    context,
    cells: new CellSums(),
    told: new MeasureSums(),
    money: [],
    ngr: [],
  };
  if (context.registeredAt !== null && !context.test) {
    countAt(counting, context.registeredAt, '', { leads: '1' });
    countDepositors(counting, count);
    const seen = {
      ...counting,
      originalOf: (event: PlacedEvent) => findOriginalAt(event, { count, events }),
    };
    for (const event of events)
      if (
        event.content.test !== true &&
        !(TAKEN_BACK.has(event.content.kind) && isOfTest(event, { count, events }))
      )
        countEvent(seen, event);
  }
  return {
    cells: counting.cells.cells(),
    told: counting.told.totals(),
    lifetime: computeLifetime(counting),
  };
}

function countDepositors(counting: Counting, { deposits }: DepositCount): void {
  const [first] = deposits;
  if (first !== undefined && findBarAt(counting.context, first.event.occurredAt) === undefined)
    countAt(counting, first.event.occurredAt, '', { firstDepositors: '1' });
  for (const { event, amount, currency } of deposits) {
    countMoney(counting, event.occurredAt, { amount, currency, name: 'deposits', countName: 'depositCount' });
    countAt(counting, event.occurredAt, '', { activity: '1' });
  }
}

function countEvent(
  counting: Counting & { readonly originalOf: (event: PlacedEvent) => Instant | undefined },
  event: PlacedEvent,
): void {
  const { kind, amount, currency } = event.content;
  const at = event.occurredAt;
  if (isDeposit(event)) return;
  if (kind === 'activity_day') return countReport(counting, event);
  if (PLAYED.has(kind)) return countAt(counting, at, '', { activity: '1' });
  if (amount === undefined || currency === undefined || isZero(decimal(amount))) return;
  if (kind === 'withdrawal') {
    countMoney(counting, at, { amount: decimal(amount), currency, name: 'withdrawals', sign: -1 });
    countAt(counting, at, '', { activity: '1' });
  }
  if (PURCHASES.has(kind)) {
    countMoney(counting, at, {
      amount: decimal(amount),
      currency,
      name: 'purchases',
      countName: 'purchaseCount',
    });
    countAt(counting, at, '', { activity: '1' });
  }
  // The partner of the original bears it, on the day on which it was taken back (rules.md 5, Periods).
  if (TAKEN_BACK.has(kind))
    countMoney(counting, at, {
      amount: absDecimal(decimal(amount)),
      currency,
      name: 'reversed',
      sign: -1,
      bondAt: counting.originalOf(event),
    });
}

/** A day that a source reports: its figures as told, and the NGR that they give. */
function countReport(counting: Counting, { content, occurredAt }: PlacedEvent): void {
  const { measures = {}, currency = '' } = content;
  if (!Object.values(measures).some((value) => !isZero(decimal(value)))) return;
  counting.told.add(currency, measures);
  countAt(counting, occurredAt, '', { activity: '1' });
  const ngr = ngrOf(measures);
  if (ngr === undefined || findBarAt(counting.context, occurredAt) !== undefined) return;
  counting.ngr.push({ amount: ngr, currency, at: occurredAt });
  countAt(counting, occurredAt, currency, { ngr: formatDecimal(ngr) });
}

/** NGR as told: the row's own `ngr`, else GGR (or bets minus wins) minus the costs that the row names; a deal has its own formula. */
export function ngrOf(measures: Readonly<Record<string, string>>): Decimal | undefined {
  const { ngr, ggr, bets, wins } = measures;
  if (ngr !== undefined) return decimal(ngr);
  if (ggr === undefined && bets === undefined) return undefined;
  const base =
    ggr === undefined ? subtractDecimals(decimal(bets ?? '0'), decimal(wins ?? '0')) : decimal(ggr);
  return DEDUCTED.reduce((sum, name) => subtractDecimals(sum, decimal(measures[name] ?? '0')), base);
}

interface CountedMoney {
  readonly amount: Decimal;
  readonly currency: string;
  readonly name: string;
  readonly countName?: string;
  /** Whether it adds to what the customer brought, or takes from it. */
  readonly sign?: -1;
  readonly bondAt?: Instant | undefined;
}

function countMoney(counting: Counting, at: Instant, counted: CountedMoney): void {
  const { amount, currency, name, countName } = counted;
  const measures = {
    [name]: formatDecimal(amount),
    ...(countName === undefined ? {} : { [countName]: '1' }),
  };
  countAt(counting, at, currency, measures, counted.bondAt);
  counting.money.push({ amount: counted.sign === -1 ? negateDecimal(amount) : amount, currency, at });
}

function countAt(
  { program, context, cells }: Counting,
  at: Instant,
  currency: string,
  measures: Readonly<Record<string, string>>,
  bondAt: Instant = at,
): void {
  cells.add({ partnerId: partnerAt(context, bondAt), day: localDate(at, program.zone), currency }, measures);
}

/** Whose the customer was; what is dated before the registration counts at the registration, as for commission. '' = nobody's. */
export function partnerAt(context: CustomerContext, at: Instant): string {
  const from = context.registeredAt ?? at;
  return findAttributionAt(context.attributions, from > at ? from : at)?.partnerId ?? '';
}

/**
 * What the customer brought so far, in the program's base currency, each amount at the rate of its instant: NGR where a source
 * tells any, else deposits and purchases minus withdrawals, chargebacks, reversals and refunds.
 */
function computeLifetime({ program, money, ngr }: Counting): Lifetime {
  const currency = program.baseCurrency;
  let sum = ZERO;
  let withoutRate = 0;
  for (const { amount, currency: from, at } of ngr.length > 0 ? ngr : money) {
    const converted = convertAmount(program.rates, amount, { from, to: currency, at });
    if (converted === undefined) withoutRate += 1;
    else sum = addDecimals(sum, converted.amount);
  }
  const rounded = isCurrency(currency) ? fromMinor(toMinor(sum, currency, 'half_even'), currency) : sum;
  return {
    basis: ngr.length > 0 ? 'ngr' : 'net_deposits',
    currency,
    value: formatDecimal(normalizeDecimal(rounded)),
    withoutRate,
  };
}
