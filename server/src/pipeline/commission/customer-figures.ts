import { decimal, formatDecimal, multiplyDecimals, normalizeDecimal } from '../../kernel/decimal.ts';
import { isCurrency } from '../../kernel/money.ts';
import { localDate } from '../../kernel/zone.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { isRebate } from '../../registry/rebates/facts.ts';
import type { Trade } from '../assembly/facts.ts';
import { findBarAt } from '../qualification/index.ts';
import { CellSums, MeasureSums } from './cells.ts';
import type { CellPlace } from './cells.ts';
import { partnerAt } from './scope-figures.ts';
import { PARTNER_MEASURES } from './facts.ts';
import type { CustomerFigures, FigureCells, FigureDifference, Measures, ScopeFigures } from './facts.ts';
import type { CustomerContext, EventDecision, Line, LineDifference } from './facts.ts';

/** What is known of a customer before a turn, and what the turn decided. */
export interface FiguresInput {
  readonly program: ProgramSnapshot;
  readonly context: CustomerContext;
  /** Undefined: nothing was counted yet, and the turn must be whole. */
  readonly before: CustomerFigures | undefined;
  /** Undefined when only executions were judged. */
  readonly scope: { readonly figures: ScopeFigures; readonly lines: readonly Line[] } | undefined;
  readonly whole: boolean;
  /** Of each event that was judged: what was decided before, and now. */
  readonly decided: readonly {
    readonly before: EventDecision | undefined;
    readonly after: EventDecision | undefined;
  }[];
  /** What goes to the books. */
  readonly differences: readonly LineDifference[];
}

/**
 * The figures after a turn. Of what the turn did not judge, the figures before hold; whatever way the events came, and into how many
 * turns they fell, the result is that of one whole turn over them all.
 */
export function settleFigures(input: FiguresInput): CustomerFigures {
  const whole = input.whole || input.before === undefined;
  const trading = new CellSums(whole ? {} : input.before?.trading);
  for (const { before, after } of input.decided) {
    if (!whole) countTrade(input, trading, before, -1);
    countTrade(input, trading, after, 1);
  }
  const scope = input.scope?.figures ?? input.before ?? NOTHING_COUNTED;
  const figures = {
    cells: scope.cells,
    told: scope.told,
    lifetime: scope.lifetime,
    trading: trading.cells(),
  };
  return {
    ...figures,
    commission: commissionOf(input, whole),
    lastDay: listActiveDays(figures).at(-1) ?? null,
  };
}

const NOTHING_COUNTED: ScopeFigures = {
  cells: {},
  told: {},
  lifetime: { basis: 'net_deposits', currency: '', value: '0', withoutRate: 0 },
};

const NOT_REAL: ReadonlySet<string> = new Set(['test_event', 'demo_account']);

function countTrade(
  { program, context }: FiguresInput,
  cells: CellSums,
  decision: EventDecision | undefined,
  sign: 1 | -1,
): void {
  if (
    decision?.assembly?.kind !== 'trade' ||
    decision.state !== 'decided' ||
    NOT_REAL.has(decision.reason ?? '')
  )
    return;
  const { trade } = decision.assembly;
  const at = trade.closedAt;
  const place = { partnerId: partnerAt(context, at), day: localDate(at, program.zone) };
  if (findBarAt(context, at) !== undefined) {
    cells.add({ ...place, currency: '' }, { activity: '1' }, sign);
    return;
  }
  cells.add({ ...place, currency: '' }, { trades: '1', lots: trade.lots }, sign);
  const volume = volumeOf(trade);
  if (volume !== undefined)
    cells.add({ ...place, currency: volume.currency }, { volume: volume.amount }, sign);
}

/**
 * Lots times contract size times the closing price, in the currency in which the symbol is quoted. Undefined where the source gives no
 * price or size, or where the symbol does not say its currency: only pairs of two currencies, such as EURUSD, do.
 */
export function volumeOf(trade: Trade): { amount: string; currency: string } | undefined {
  const currency = /^[A-Z]{6}$/.test(trade.symbol) ? trade.symbol.slice(3) : '';
  if (trade.closePrice === '' || trade.contractSize === '') return undefined;
  if (!isCurrency(currency) || !isBase(trade.symbol.slice(0, 3))) return undefined;
  const units = multiplyDecimals(decimal(trade.lots), decimal(trade.contractSize));
  return {
    amount: formatDecimal(normalizeDecimal(multiplyDecimals(units, decimal(trade.closePrice)))),
    currency,
  };
}

const METALS: ReadonlySet<string> = new Set(['XAU', 'XAG', 'XPT', 'XPD']);

function isBase(code: string): boolean {
  return isCurrency(code) || METALS.has(code);
}

/** What the books were told, in all: from the lines where everything was judged, else by what the turn adds. What is given to customers is no less commission. */
function commissionOf(input: FiguresInput, whole: boolean): CustomerFigures['commission'] {
  const sums = new MeasureSums(whole ? {} : input.before?.commission);
  const lines: readonly Pick<Line, 'partnerId' | 'currency' | 'amountMinor' | 'component'>[] = whole
    ? [...(input.scope?.lines ?? []), ...input.decided.flatMap(({ after }) => after?.lines ?? [])]
    : input.differences;
  for (const { partnerId, currency, amountMinor, component } of lines)
    if (!isRebate(component)) sums.add(partnerId, { [currency]: amountMinor });
  return sums.totals();
}

/** Days with a counted activity, oldest first. */
export function listActiveDays({ cells, trading }: Pick<CustomerFigures, 'cells' | 'trading'>): string[] {
  const days = [cells, trading]
    .flatMap((part) => Object.values(part))
    .flatMap((byDay) =>
      Object.entries(byDay).flatMap(([day, currencies]) => (isActive(currencies[''] ?? {}) ? [day] : [])),
    );
  return [...new Set(days)].sort();
}

function isActive(measures: Measures): boolean {
  return measures['activity'] !== undefined || measures['trades'] !== undefined;
}

/** What must be handed to partners so that their figures agree with `after` where they agreed with `before`; empty when both are equal. */
export function diffFigures(
  before: CustomerFigures | undefined,
  after: CustomerFigures | undefined,
): FigureDifference[] {
  const sums = new CellSums();
  if (after !== undefined) addHanded(sums, after, 1);
  if (before !== undefined) addHanded(sums, before, -1);
  return [...sums.places()].map(({ partnerId: p, day: d, currency: c, measures: m }) => ({ p, d, c, m }));
}

/** One message for many customers: differences of one partner, day and currency become one. */
export function sumFigures(differences: Iterable<FigureDifference>): FigureDifference[] {
  const sums = new CellSums();
  for (const { p, d, c, m } of differences) sums.add({ partnerId: p, day: d, currency: c }, m);
  return [...sums.places()].map(({ partnerId: p, day: d, currency: c, measures: m }) => ({ p, d, c, m }));
}

const HANDED: ReadonlySet<string> = new Set(PARTNER_MEASURES);

/** One customer's share in the figures of its partners: its sums, and that it was active on a day and in a month. */
function addHanded(sums: CellSums, figures: CustomerFigures, sign: 1 | -1): void {
  const active = new Map<string, CellPlace & { readonly name: string }>();
  for (const part of [figures.cells, figures.trading] satisfies FigureCells[])
    for (const [partnerId, days] of Object.entries(part)) {
      if (partnerId === '') continue;
      for (const [day, currencies] of Object.entries(days)) {
        for (const [currency, measures] of Object.entries(currencies)) {
          const own = Object.entries(measures).filter(([name]) => HANDED.has(name));
          if (own.length > 0) sums.add({ partnerId, day, currency }, Object.fromEntries(own), sign);
        }
        if (!isActive(currencies[''] ?? {})) continue;
        const month = `${day.slice(0, 7)}-01`;
        active.set(`${partnerId} ${day}`, { partnerId, day, currency: '', name: 'active' });
        active.set(`${partnerId} ${month} month`, {
          partnerId,
          day: month,
          currency: '',
          name: 'activeInMonth',
        });
      }
    }
  for (const { name, ...place } of active.values()) sums.add(place, { [name]: '1' }, sign);
}
