// What every canonical event must satisfy, whichever way it was mapped: the same checks for presets and for our own event shape.
import { parseCurrency } from '../../kernel/money.ts';
import { EVENT_KINDS } from './facts.ts';
import type { CanonicalEvent, EventKind, ExecutionFields, Identifier, RevisionOrder } from './facts.ts';
import { isPlaceholder, MAX_TEXT } from './row.ts';
import type { RowScope } from './row.ts';

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

const KINDS: ReadonlySet<string> = new Set(EVENT_KINDS);

export function isEventKind(text: string): text is EventKind {
  return KINDS.has(text);
}

type AmountRule = 'positive' | 'not_negative' | 'any' | 'none';

/** Whether a kind carries money, and which amounts are possible. A deposit of zero is no deposit; a free purchase is one of zero. */
const AMOUNTS: Readonly<Partial<Record<EventKind, AmountRule>>> = {
  deposit: 'positive',
  first_deposit: 'positive',
  withdrawal: 'positive',
  chargeback: 'positive',
  refund: 'positive',
  bet: 'not_negative',
  win: 'not_negative',
  rollback: 'not_negative',
  bonus_granted: 'not_negative',
  bonus_released: 'not_negative',
  bonus_cost: 'any',
  challenge_purchased: 'not_negative',
  reset_purchased: 'not_negative',
  trader_payout: 'not_negative',
  reversal: 'positive',
  adjustment: 'any',
};

const WITHOUT_AMOUNT: ReadonlySet<EventKind> = new Set([
  'registration',
  'kyc_status',
  'self_excluded',
  'account_closed',
  'reassigned',
  'identifier_link',
  'execution',
  'challenge_failed',
]);

/** What takes money back: without an amount it takes all that is left of what it names (docs/deals.md, Taking back). */
const RETURNS: ReadonlySet<EventKind> = new Set<EventKind>(['chargeback', 'refund', 'reversal']);

export function carriesAmount(kind: EventKind): boolean {
  return !WITHOUT_AMOUNT.has(kind);
}

/** Sets amount and currency where the kind has them; a problem `bad_amount` or `bad_currency` otherwise. */
export function putMoney(
  scope: RowScope,
  event: Writable<CanonicalEvent>,
  kind: EventKind,
  amount: string | undefined,
  currency: string | undefined,
): void {
  if (!carriesAmount(kind)) return;
  const rule = AMOUNTS[kind];
  if (amount === undefined) {
    if (rule !== undefined && !RETURNS.has(kind))
      scope.fail('bad_amount', 'amount', `a ${kind} needs an amount`);
    return;
  }
  const negative = amount.startsWith('-');
  if ((rule === 'positive' && (negative || amount === '0')) || (rule === 'not_negative' && negative)) {
    scope.fail('bad_amount', 'amount', `${amount} is not a possible amount of a ${kind}`);
    return;
  }
  if (currency === undefined) {
    scope.fail(
      'bad_currency',
      'currency',
      'the amount has no currency: neither the row nor the source names one',
    );
    return;
  }
  const code = parseCurrency(currency);
  if (!code.ok) {
    scope.fail('bad_currency', 'currency', code.detail);
    return;
  }
  event.amount = amount;
  event.currency = code.value;
}

/** What takes back without saying how much must say of what, and is told so: a misnamed amount would take everything. */
export function checkReturn(
  scope: RowScope,
  { kind, amount, originalId, transactionId }: CanonicalEvent,
): void {
  if (amount !== undefined || !RETURNS.has(kind)) return;
  if (originalId === undefined && transactionId === undefined)
    scope.fail(
      'bad_amount',
      'amount',
      `a ${kind} needs an amount, or the original (originalId, transactionId) of which it takes back all that is left`,
    );
  else
    scope.warn('amount_not_told', `a ${kind} without an amount takes back all that is left of its original`);
}

/** A short text that stands in a key or an index; a problem otherwise. */
export function checkKeyText(
  scope: RowScope,
  text: string,
  path: string,
  reason: 'bad_identifier' | 'missing_key' | 'bad_value',
): string | undefined {
  if (text.length > MAX_TEXT)
    return scope.fail(
      reason === 'missing_key' ? 'bad_identifier' : reason,
      path,
      `longer than ${MAX_TEXT} characters`,
    );
  if (text.includes('\0') || !text.isWellFormed())
    return scope.fail('bad_encoding', path, 'holds a character that cannot be stored');
  if (reason !== 'bad_value' && isPlaceholder(text))
    return scope.fail(reason, path, `"${text}" stands for "nothing"`);
  return text;
}

/** A text that rides along: where the mapping makes `bad_value` a warning, the event stands without it. */
export function checkText(scope: RowScope, text: string, path: string): string | undefined {
  if (text.length <= MAX_TEXT) return checkKeyText(scope, text, path, 'bad_value');
  scope.doubt('bad_value', path, `longer than ${MAX_TEXT} characters`);
  return undefined;
}

export function checkIdentifier(
  scope: RowScope,
  namespace: string,
  value: string,
  path: string,
): Identifier | undefined {
  if (checkKeyText(scope, value, path, 'bad_identifier') === undefined) return undefined;
  if (checkKeyText(scope, namespace, `${path}.namespace`, 'bad_identifier') === undefined) return undefined;
  return { namespace, value };
}

/** Two letters, upper case. Where `bad_value` is a warning, anything else is left out. */
export function checkCountry(scope: RowScope, text: string): string | undefined {
  if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase();
  scope.doubt('bad_value', 'country', `"${text.slice(0, 40)}" is not an ISO 3166 code of two letters`);
  return undefined;
}

export function readFlag(scope: RowScope, text: string, path: string): boolean | undefined {
  const word = text.toLowerCase();
  if (word === 'true' || word === '1' || word === 'yes') return true;
  if (word === 'false' || word === '0' || word === 'no') return false;
  return scope.fail('bad_value', path, `"${text.slice(0, 40)}" is neither true nor false`);
}

/** What cannot be true of one execution (semantics.md 5.3): a live one without volume, a reversal that closes more than it trades. */
export function checkExecution(scope: RowScope, execution: ExecutionFields, closedExceeds: boolean): void {
  if (isPlaceholder(execution.position))
    scope.fail(
      'missing_field',
      'position',
      'the execution names no position, so it can never be joined to a trade',
    );
  if (execution.lots.startsWith('-'))
    scope.fail('bad_quantity', 'lots', `${execution.lots} lots are not possible`);
  if (execution.lots === '0' && !execution.cancelled)
    scope.fail('bad_quantity', 'lots', 'an execution without volume');
  if (execution.entry === 'inout' && execution.closedLots === undefined && !execution.cancelled) {
    scope.fail('missing_field', 'closedLots', 'a reversal must say which part of its volume closes');
  }
  if (closedExceeds)
    scope.fail(
      'contradicting_fields',
      'closedLots',
      `closes ${execution.closedLots ?? ''} lots with ${execution.lots}`,
    );
}

export const ARRIVAL: RevisionOrder = { kind: 'arrival' };

/** Pads a non-negative integer so that bytewise order is its order. */
export function paddedOrder(value: number | string, width: number): string {
  return String(value).padStart(width, '0');
}
