// Compiles the figures of report rows, what a gateway tells of a payout, the trading account, and what only rides along.
import { canonicalDecimal, compareDecimals, decimal } from '../../kernel/decimal.ts';
import { exponentOf, isCurrency, parseCurrency } from '../../kernel/money.ts';
import { isNode } from './document.ts';
import type { Compilation, Node } from './document.ts';
import { checkText } from './event-rules.ts';
import type { Writable } from './event-rules.ts';
import { PAYOUT_STATUSES } from './facts.ts';
import type { CanonicalEvent, PayoutFields, PayoutStatus } from './facts.ts';
import { compileNumber } from './numbers.ts';
import { isPlaceholder } from './row.ts';
import type { RowScope, TextReader } from './row.ts';
import { compileValue } from './values.ts';

type Draft = Writable<CanonicalEvent>;
type Put = (scope: RowScope, event: Draft) => void;

export const MEASURE_NAME = /^[a-z][a-z0-9_]{0,39}$/;
export const MAX_MEASURES = 40;

/** Names of measures that are counts; all others are money in the event's currency. */
export function isCount(name: string): boolean {
  return name === 'rounds' || name.endsWith('_count');
}

/** Digits after the point of the event's currency, for what is told in its smallest unit; undefined where it is not known. */
export function exponentReader(
  readCurrency: TextReader | undefined,
): (scope: RowScope) => number | undefined {
  return (scope) => {
    const code = readCurrency?.(scope)?.toUpperCase();
    return code !== undefined && isCurrency(code) ? exponentOf(code) : undefined;
  };
}

/** Figures of a report row. Money among them needs the event's currency. */
export function compileMeasures(
  c: Compilation,
  node: unknown,
  at: string,
  readCurrency: TextReader | undefined,
): Put {
  if (!isNode(node)) {
    c.fail(at, 'expected a table of numbers', 'write { "ggr": "Grossrevenue" }');
    return () => undefined;
  }
  const exponent = exponentReader(readCurrency);
  const readers = Object.entries(node)
    .slice(0, MAX_MEASURES)
    .map(([name, value]): [string, TextReader] => {
      if (!MEASURE_NAME.test(name))
        c.fail(
          `${at}.${name}`,
          'not a name of a measure',
          'use small letters, digits and underscores: bonus_cost',
        );
      return [name, compileNumber(c, value, `${at}.${name}`, { reason: 'bad_amount', exponent })];
    });
  if (Object.keys(node).length > MAX_MEASURES)
    c.fail(at, `more than ${MAX_MEASURES} measures`, 'leave out what no deal counts');
  return (scope, event) => {
    const measures: Record<string, string> = {};
    for (const [name, read] of readers) {
      const value = read(scope);
      if (value !== undefined) measures[name] = value;
    }
    putMeasures(scope, event, measures, readCurrency?.(scope));
  };
}

/** Sets the measures, and the currency of an event whose only money they are. */
export function putMeasures(
  scope: RowScope,
  event: Draft,
  measures: Readonly<Record<string, string>>,
  currency: string | undefined,
): void {
  const names = Object.keys(measures);
  if (scope.problem !== undefined || names.length === 0) return;
  if (event.currency === undefined && !names.every(isCount)) {
    const code = currency === undefined ? undefined : parseCurrency(currency);
    if (code === undefined || !code.ok) {
      scope.fail(
        'bad_currency',
        'currency',
        code === undefined
          ? 'the measures are money, and neither the row nor the source names a currency'
          : code.detail,
      );
      return;
    }
    event.currency = code.value;
  }
  event.measures = measures;
}

export function compileBonusPart(
  c: Compilation,
  node: unknown,
  at: string,
  readCurrency: TextReader | undefined,
): Put {
  const exponent = exponentReader(readCurrency);
  const read = compileNumber(c, node, at, { reason: 'bad_amount', exponent });
  return (scope, event) => putBonusPart(scope, event, read(scope));
}

/** Bonus money is a part of the amount: from zero to all of it. */
function putBonusPart(scope: RowScope, event: Draft, part: string | undefined): void {
  if (part === undefined || event.amount === undefined || canonicalDecimal(part) === undefined) return;
  if (part.startsWith('-')) {
    scope.fail('bad_amount', 'bonusPart', `${part} is not a possible part of an amount`);
    return;
  }
  const amount = event.amount.startsWith('-') ? event.amount.slice(1) : event.amount;
  if (compareDecimals(decimal(part), decimal(amount)) > 0) {
    scope.fail('contradicting_fields', 'bonusPart', `${part} is more than the amount, ${event.amount}`);
    return;
  }
  event.bonusPart = part;
}

const STATUSES: ReadonlySet<string> = new Set(PAYOUT_STATUSES);

/** A payout status without a status tells nothing; other kinds have no payout. */
export function compilePayout(
  c: Compilation,
  node: unknown,
  at: string,
  readCurrency: TextReader | undefined,
): Put {
  const spec = node === undefined ? {} : (c.object(node, at, ['status', 'gatewayId', 'fee']) ?? {});
  const readStatus =
    spec['status'] === undefined
      ? undefined
      : compileValue(c, spec['status'], `${at}.status`, 'unknown_status');
  const readId =
    spec['gatewayId'] === undefined ? undefined : compileValue(c, spec['gatewayId'], `${at}.gatewayId`);
  const readFee =
    spec['fee'] === undefined
      ? undefined
      : compileNumber(c, spec['fee'], `${at}.fee`, {
          reason: 'bad_amount',
          exponent: exponentReader(readCurrency),
        });
  if (node !== undefined && readStatus === undefined)
    c.fail(`${at}.status`, 'a payout needs its status', 'say where it is read, with a map to the known ones');
  return (scope, event) => {
    if (event.kind !== 'payout_status') return;
    const status = readStatus?.(scope);
    if (status === undefined || !STATUSES.has(status)) {
      scope.fail(
        'unknown_status',
        'payout.status',
        `a payout status must be one of ${PAYOUT_STATUSES.join(', ')}`,
      );
      return;
    }
    const payout: Writable<PayoutFields> = { status: status as PayoutStatus };
    const id = readId?.(scope);
    if (id !== undefined && !isPlaceholder(id)) {
      const checked = checkText(scope, id, 'payout.gatewayId');
      if (checked !== undefined) payout.gatewayId = checked;
    }
    const fee = readFee?.(scope);
    if (fee !== undefined) payout.fee = fee;
    event.payout = payout;
  };
}

/** Group and currency of the trading account: what the platform writes, for conditions of deals and for display. */
export function compileAccount(c: Compilation, spec: Node, at: string): Put[] {
  const puts: Put[] = [];
  if (spec['group'] !== undefined) {
    const read = compileValue(c, spec['group'], `${at}.group`);
    puts.push((scope, event) => {
      const text = read(scope);
      const checked = text === undefined ? undefined : checkText(scope, text, 'group');
      if (checked !== undefined) event.group = checked;
    });
  }
  if (spec['accountCurrency'] !== undefined) {
    const read = compileValue(c, spec['accountCurrency'], `${at}.accountCurrency`);
    puts.push((scope, event) => {
      const text = read(scope);
      if (text === undefined) return;
      if (/^[A-Za-z]{2,10}$/.test(text)) event.accountCurrency = text.toUpperCase();
      else
        scope.doubt('bad_value', 'accountCurrency', `"${text.slice(0, 40)}" is not the code of a currency`);
    });
  }
  return puts;
}

export function compileExtra(c: Compilation, node: unknown, at: string): Put {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) {
    c.fail(at, 'expected a table of value expressions', 'write { "name": "field" }');
    return () => undefined;
  }
  const readers = Object.entries(node).map(([name, value]): [string, TextReader] => [
    name,
    compileValue(c, value, `${at}.${name}`),
  ]);
  return (scope, event) => {
    const extra: Record<string, string> = {};
    for (const [name, read] of readers) {
      const text = read(scope);
      const checked = text === undefined ? undefined : checkText(scope, text, name);
      if (checked !== undefined) extra[name] = checked;
    }
    if (Object.keys(extra).length > 0) event.extra = extra;
  };
}
