// Compares what is kept with what the evidence gives, and names the first difference of each thing in words.
import { canonicalDecimal } from '../../kernel/decimal.ts';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney, isCurrency } from '../../kernel/money.ts';
import type { CustomerContext } from '../../pipeline/commission/facts.ts';
import { decodeContext, encodeContext } from '../../pipeline/commission/facts.ts';
import type {
  Difference,
  DifferenceKind,
  RebuiltCustomer,
  StoredCustomer,
  StoredPlacement,
} from './facts.ts';

/** Where two JSON values differ first, in the order of sorted keys; undefined when they are equal. */
export interface FirstDifference {
  readonly path: readonly string[];
  readonly stored: unknown;
  readonly rebuilt: unknown;
}

export function firstDifference(
  stored: unknown,
  rebuilt: unknown,
  path: readonly string[] = [],
): FirstDifference | undefined {
  if (Object.is(stored, rebuilt)) return undefined;
  if (Array.isArray(stored) && Array.isArray(rebuilt)) return firstOfKeys(stored, rebuilt, path);
  if (isPlain(stored) && isPlain(rebuilt)) return firstOfKeys(stored, rebuilt, path);
  return { path, stored, rebuilt };
}

function firstOfKeys(stored: object, rebuilt: object, path: readonly string[]): FirstDifference | undefined {
  const keys = [...new Set([...Object.keys(stored), ...Object.keys(rebuilt)])].sort((a, b) =>
    a < b ? -1 : 1,
  );
  for (const key of keys) {
    const found = firstDifference(
      (stored as Record<string, unknown>)[key],
      (rebuilt as Record<string, unknown>)[key],
      [...path, key],
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** 'summary of customer cus_…: deposits USD total is 150.00, the evidence gives 100.00'. */
export function sayDifference(thing: string, found: FirstDifference): string {
  const where =
    found.path.length === 0
      ? ''
      : ` ${found.path.map((part) => (/^\d+$/.test(part) ? `no. ${Number(part) + 1}` : part)).join(' ')}`;
  return `${thing}:${where} is ${sayValue(found.stored)}, the evidence gives ${sayValue(found.rebuilt)}`;
}

function sayValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'empty' : value;
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}

/** The same value as it comes back from jsonb: optional members gone, instants without a bound as words. */
export function asStored(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, entry: unknown) =>
      typeof entry === 'number' && !Number.isFinite(entry) ? String(entry) : entry,
    ),
  );
}

/** Compares one customer with everything that rests on it; `placements` are all that are kept of it. */
export function compareCustomer(
  rebuilt: RebuiltCustomer,
  stored: StoredCustomer | undefined,
  placements: readonly StoredPlacement[],
): Difference[] {
  const differences: Difference[] = [];
  const report = (kind: DifferenceKind, sentence: string): void => void differences.push({ kind, sentence });
  const customer = `customer ${wireId('cus', rebuilt.customerId)}`;
  comparePlacements(rebuilt, placements, report);
  if (stored === undefined) {
    // Somebody of whom only a withdrawal was heard, because a revision named another customer before anybody looked, has no row.
    if (!isKnown(rebuilt)) return differences;
    report('customer', `${customer}: is missing, the evidence gives it ${rebuilt.events.length} events`);
    return differences;
  }
  const pairs: readonly [string, unknown, unknown][] = [
    ['summary', summaryForm(stored.summary), summaryForm(rebuilt.summary)],
    ['customer lines', stored.lines, rebuilt.scope.lines],
    ['claims', stored.claims, rebuilt.scope.claims],
    ['context', contextForm(stored.context as Partial<CustomerContext>), contextForm(rebuilt.scope.context)],
    [
      'registration',
      { at: instantText(stored.registeredAt) },
      { at: instantText(rebuilt.scope.context.registeredAt) },
    ],
    [
      'attribution',
      { partner: stored.partnerId },
      { partner: rebuilt.scope.context.attributions.at(-1)?.partnerId ?? null },
    ],
  ];
  for (const [what, kept, given] of pairs) {
    const found = firstDifference(asStored(kept), asStored(given));
    if (found !== undefined) report('customer', sayDifference(`${what} of ${customer}`, found));
  }
  const unknown = rebuilt.scope.context.attributions.find(
    ({ partnerId }) => partnerId !== null && !stored.bondedTo.includes(partnerId),
  );
  // One too many is none: nobody forgets to whom a customer was bound before a fact was taken back.
  if (unknown !== undefined)
    report(
      'customer',
      `bonds of ${customer}: ${wireId('prt', unknown.partnerId ?? '')} is missing, so a change of the tree above that partner would pass the customer by`,
    );
  return differences;
}

function isKnown({ events, scope }: RebuiltCustomer): boolean {
  return events.length > 0 || scope.claims.length > 0 || scope.context.attributions.length > 0;
}

function comparePlacements(
  rebuilt: RebuiltCustomer,
  placements: readonly StoredPlacement[],
  report: (kind: DifferenceKind, sentence: string) => void,
): void {
  const customer = `customer ${wireId('cus', rebuilt.customerId)}`;
  const kept = new Map(placements.map((placement) => [placement.eventId, placement]));
  for (const event of rebuilt.events) {
    const placement = kept.get(event.eventId);
    const thing = `event ${wireId('evt', event.eventId)} with ${customer}`;
    if (placement === undefined) {
      report('placement', `${thing}: is not there, the evidence gives it to this customer`);
      continue;
    }
    const decision = rebuilt.decisions.get(event.eventId);
    const given = {
      state: decision?.state ?? null,
      reason: decision?.reason ?? null,
      content: JSON.parse(event.content) as unknown,
      decision: decision ?? null,
    };
    const found = firstDifference(
      {
        state: placement.state,
        reason: placement.reason,
        content: placement.content,
        decision: placement.decision,
      },
      asStored(given),
    );
    if (found !== undefined) report('placement', sayDifference(thing, found));
  }
  const owned = new Set(rebuilt.events.map((event) => event.eventId));
  for (const placement of placements) {
    if (owned.has(placement.eventId) || (placement.state === 'withdrawn' && placement.decision === null))
      continue;
    report(
      'placement',
      `event ${wireId('evt', placement.eventId)} with ${customer}: is ${placement.state}, the evidence gives it to somebody else`,
    );
  }
}

/** Sums as decimals: 1.0 and 1 lots are the same sum. */
function summaryForm(summary: unknown): unknown {
  const plain = asStored(summary);
  if (!isPlain(plain) || !isPlain(plain['trades']))
    return { deposits: {}, withdrawals: {}, firstDeposit: null, trades: { count: 0, lots: '0' } };
  const { lots } = plain['trades'];
  return {
    ...plain,
    trades: { ...plain['trades'], lots: typeof lots === 'string' ? (canonicalDecimal(lots) ?? lots) : lots },
  };
}

/** Both as they are stored today: a context of an earlier version of the program lacks what that did not know. */
function contextForm(context: Partial<CustomerContext>): unknown {
  return asStored(encodeContext(decodeContext(context)));
}

function instantText(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}

/** Minor units as '7.00 USD'; the bare number when the currency is unknown. */
export function sayMinor(amountMinor: bigint, currency: string): string {
  return isCurrency(currency)
    ? `${formatMoney({ amountMinor, currency })} ${currency}`
    : `${amountMinor} ${currency}`;
}
