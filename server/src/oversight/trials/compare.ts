// What a trial compares: items, events and money. Pure.
import {
  addDecimals,
  compareDecimals,
  decimal,
  formatDecimal,
  normalizeDecimal,
} from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney, fromMinor } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import type { Line } from '../../pipeline/commission/facts.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type {
  EventChange,
  EventDifference,
  EventSample,
  FieldDifference,
  ItemOutcome,
  MoneyDifference,
} from './facts.ts';

/** One item as one reading gave it. */
export interface ReadOutcome {
  readonly outcome: ItemOutcome;
  readonly reason: string | undefined;
}

export interface ItemBook {
  readonly before: Record<ItemOutcome, number>;
  readonly after: Record<ItemOutcome, number>;
  readonly reasons: { readonly before: Record<string, number>; readonly after: Record<string, number> };
  readonly moved: Map<string, { from: string; to: string; count: number }>;
}

export function openItemBook(): ItemBook {
  const none = (): Record<ItemOutcome, number> => ({ event: 0, ignored: 0, quarantined: 0, refused: 0 });
  return { before: none(), after: none(), reasons: { before: {}, after: {} }, moved: new Map() };
}

/** Counts the items of one delivery under both readings. Where both give as many, they are the same rows. */
export function countItems(
  book: ItemBook,
  before: readonly ReadOutcome[],
  after: readonly ReadOutcome[],
): void {
  for (const [items, counts, reasons] of [
    [before, book.before, book.reasons.before],
    [after, book.after, book.reasons.after],
  ] as const) {
    for (const { outcome, reason } of items) {
      counts[outcome] += 1;
      if (reason !== undefined) reasons[reason] = (reasons[reason] ?? 0) + 1;
    }
  }
  if (before.length !== after.length) return;
  for (const [index, was] of before.entries()) {
    const is = after[index];
    if (is === undefined || is.outcome === was.outcome) continue;
    const key = `${was.outcome} ${is.outcome}`;
    const known = book.moved.get(key) ?? { from: was.outcome, to: is.outcome, count: 0 };
    known.count += 1;
    book.moved.set(key, known);
  }
}

/** Fields in which two contents differ, nested members by dotted path, in the order of their names. At most 40. */
export function compareContents(
  before: CanonicalEvent | undefined,
  after: CanonicalEvent | undefined,
): FieldDifference[] {
  const [was, is] = [flatten(before), flatten(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .toSorted()
    .filter((path) => was.get(path) !== is.get(path))
    .slice(0, 40)
    .map((path) => ({
      path,
      ...(was.has(path) ? { before: was.get(path) ?? '' } : {}),
      ...(is.has(path) ? { after: is.get(path) ?? '' } : {}),
    }));
}

function flatten(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (value === undefined) return into;
  if (typeof value === 'object' && value !== null)
    for (const [key, child] of Object.entries(value))
      flatten(child, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, into);
  else into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  return into;
}

/** Samples: some of every change and kind, so that a rare kind is not hidden behind a frequent one. */
export function chooseSamples(differences: readonly EventDifference[], each = 5, most = 60): EventSample[] {
  const groups = Map.groupBy(differences, (one) => `${one.change} ${(one.after ?? one.before)?.kind ?? ''}`);
  return [...groups.values()]
    .flatMap((group) => group.slice(0, each))
    .slice(0, most)
    .map((one) => ({
      change: one.change,
      eventId: one.eventId,
      kind: (one.after ?? one.before)?.kind ?? '',
      externalId: (one.after ?? one.before)?.externalId ?? '',
      fields: compareContents(one.before, one.after),
    }));
}

/** Changes by kind; a change of kind is counted under the new one. */
export function countKinds(
  differences: readonly EventDifference[],
): Record<string, Partial<Record<EventChange, number>>> {
  const kinds: Record<string, Partial<Record<EventChange, number>>> = {};
  for (const { change, before, after } of differences) {
    const counts = (kinds[(after ?? before)?.kind ?? ''] ??= {});
    counts[change] = (counts[change] ?? 0) + 1;
  }
  return kinds;
}

/** Desired lines by natural key, of whatever customers were put in. */
export type LineBook = Map<string, { readonly line: Line; readonly minor: bigint }>;

/** Adds the lines of one customer or event; `scope` tells natural keys apart. */
export function addLines(book: LineBook, scope: string, lines: readonly Line[]): void {
  for (const line of lines) {
    const key = `${scope} ${line.component} ${line.partnerId} ${line.level} ${line.currency}`;
    const known = book.get(key);
    book.set(key, { line, minor: (known?.minor ?? 0n) + BigInt(line.amountMinor) });
  }
}

/** What each partner's desired commission would change by, per currency; partners without a change are left out. */
export function compareMoney(
  { before, after }: { before: LineBook; after: LineBook },
  program: ProgramSnapshot,
  at: Instant,
): { money: MoneyDifference[]; moves: { amount: string | null; currency: string } } {
  const sums = new Map<string, PartnerSum>();
  const moved = new Map<string, bigint>();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const line = (after.get(key) ?? before.get(key))?.line;
    if (line === undefined) continue;
    const [was, is] = [before.get(key)?.minor ?? 0n, after.get(key)?.minor ?? 0n];
    const sum = sumOf(sums, line);
    sum.before += was;
    sum.after += is;
    if (was === is) continue;
    sum.changed = true;
    sum.byComponent.set(line.component, (sum.byComponent.get(line.component) ?? 0n) + is - was);
    moved.set(line.currency, (moved.get(line.currency) ?? 0n) + (is > was ? is - was : was - is));
  }
  const money = [...sums.values()].filter((sum) => sum.changed).map((sum) => differenceOf(sum, program));
  return {
    money: money.toSorted((a, b) => b.sortBy - a.sortBy).map(({ sortBy: _sortBy, ...one }) => one),
    moves: { amount: inBase(moved, program, at), currency: program.baseCurrency },
  };
}

interface PartnerSum {
  readonly partnerId: string;
  readonly currency: string;
  before: bigint;
  after: bigint;
  changed: boolean;
  readonly byComponent: Map<string, bigint>;
}

function sumOf(sums: Map<string, PartnerSum>, { partnerId, currency }: Line): PartnerSum {
  const key = `${partnerId} ${currency}`;
  const known = sums.get(key);
  if (known !== undefined) return known;
  const made = {
    partnerId,
    currency,
    before: 0n,
    after: 0n,
    changed: false,
    byComponent: new Map<string, bigint>(),
  };
  sums.set(key, made);
  return made;
}

function differenceOf(sum: PartnerSum, program: ProgramSnapshot): MoneyDifference & { sortBy: number } {
  const say = (minor: bigint): string => majorText(minor, sum.currency);
  return {
    partnerId: sum.partnerId,
    partner: program.partners.get(sum.partnerId)?.name ?? sum.partnerId,
    currency: sum.currency,
    before: say(sum.before),
    after: say(sum.after),
    difference: say(sum.after - sum.before),
    byComponent: Object.fromEntries(
      [...sum.byComponent].map(([component, minor]) => [component, say(minor)]),
    ),
    // Only the order of the list: the amounts themselves never become floating.
    sortBy: Math.abs(Number(sum.after - sum.before)),
  };
}

function majorText(minor: bigint, currency: string): string {
  return formatMoney({ amountMinor: minor, currency: currency as CurrencyCode });
}

/** In the program's base currency at an instant; null where a rate is missing, which is never the same as zero. */
function inBase(moved: ReadonlyMap<string, bigint>, program: ProgramSnapshot, at: Instant): string | null {
  let total = decimal('0');
  for (const [currency, minor] of moved) {
    const amount = fromMinor(minor, currency as CurrencyCode);
    const converted = convertAmount(program.rates, amount, { from: currency, to: program.baseCurrency, at });
    if (converted === undefined) return null;
    total = addDecimals(total, converted.amount);
  }
  return formatDecimal(normalizeDecimal(total));
}

/** True when a second person must agree: more money moves than the limit, or it is not known how much. */
export function needsSecondPerson(
  result: { readonly moves: { readonly amount: string | null }; readonly isComplete: boolean },
  limit: string,
): boolean {
  if (result.moves.amount === null || !result.isComplete) return true;
  return compareDecimals(decimal(result.moves.amount), decimal(limit)) > 0;
}
