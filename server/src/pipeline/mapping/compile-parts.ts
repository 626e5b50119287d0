// Compiles the execution and identifier-link parts of an event.
import { canonicalDecimal, compareDecimals, decimal } from '../../kernel/decimal.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { Compilation } from './document.ts';
import { checkExecution, checkIdentifier } from './event-rules.ts';
import type { Writable } from './event-rules.ts';
import type { CanonicalEvent, ExecutionEntry, ExecutionFields, ExecutionSide, IdentifierLinkFields } from './facts.ts';
import { isPlaceholder } from './row.ts';
import type { RowScope, TextReader } from './row.ts';
import { compileNumber, compileTime, compileValue } from './values.ts';

type Draft = Writable<CanonicalEvent>;
type Put = (scope: RowScope, event: Draft) => void;

const EXECUTION_KEYS = [
  'account', 'position', 'order', 'side', 'entry', 'symbol', 'lots', 'closedLots', 'price', 'contractSize', 'profit', 'commission', 'swap', 'fee',
  'service', 'cancelled', 'closeByPosition', 'rawReason',
];
const NUMBERS = ['price', 'contractSize', 'profit', 'commission', 'swap', 'fee'] as const;
const TEXTS = ['order', 'closeByPosition', 'rawReason'] as const;
const ENTRIES: ReadonlySet<string> = new Set(['in', 'out', 'inout', 'out_by']);

/** Volumes, sides and entries must be there and possible; a problem otherwise. Money of the row is optional. */
export function compileExecution(c: Compilation, node: unknown, at: string): Put {
  const spec = c.object(node, at, EXECUTION_KEYS) ?? {};
  const text = (key: string): TextReader | undefined => (spec[key] === undefined ? undefined : compileValue(c, spec[key], `${at}.${key}`));
  const number = (key: string, reason: 'bad_quantity' | 'bad_amount', contractSize?: TextReader): TextReader | undefined =>
    spec[key] === undefined ? undefined : compileNumber(c, spec[key], `${at}.${key}`, contractSize === undefined ? { reason } : { reason, contractSize });
  for (const key of ['account', 'position', 'side', 'entry', 'symbol', 'lots']) {
    if (spec[key] === undefined) c.fail(`${at}.${key}`, 'an execution needs this', 'say where it is read');
  }
  const readers = { account: text('account'), position: text('position'), side: text('side'), entry: text('entry'), symbol: text('symbol'), service: text('service'), cancelled: text('cancelled') };
  const readSize = number('contractSize', 'bad_amount');
  const readLots = number('lots', 'bad_quantity', readSize);
  const readClosed = number('closedLots', 'bad_quantity', readSize);
  const numbers = NUMBERS.flatMap((key) => (spec[key] === undefined ? [] : [{ key, read: key === 'contractSize' ? readSize : number(key, 'bad_amount') }]));
  const texts = TEXTS.flatMap((key) => (spec[key] === undefined ? [] : [{ key, read: text(key) }]));
  const readSymbol = rawSymbolReader(c, spec['symbol'], `${at}.symbol`);
  const need = (scope: RowScope, read: TextReader | undefined, key: string): string =>
    read?.(scope) ?? scope.fail('missing_field', key, `the execution has no ${key}`) ?? '';
  return (scope, event) => {
    const execution: Writable<ExecutionFields> = {
      account: need(scope, readers.account, 'account'),
      position: need(scope, readers.position, 'position'),
      side: need(scope, readers.side, 'side') as ExecutionSide,
      entry: need(scope, readers.entry, 'entry') as ExecutionEntry,
      symbol: need(scope, readers.symbol, 'symbol'),
      lots: need(scope, readLots, 'lots'),
      service: readers.service?.(scope) === 'true',
      cancelled: readers.cancelled?.(scope) === 'true',
    };
    const rawSymbol = readSymbol?.(scope);
    if (rawSymbol !== undefined && rawSymbol !== execution.symbol) execution.rawSymbol = rawSymbol;
    for (const { key, read } of numbers) {
      const value = read?.(scope);
      if (value !== undefined) execution[key] = value;
    }
    for (const { key, read } of texts) {
      const value = read?.(scope);
      if (value !== undefined && (key === 'rawReason' || !isPlaceholder(value))) execution[key] = value;
    }
    putClosedLots(scope, execution, readClosed?.(scope));
    event.execution = execution;
  };
}

function putClosedLots(scope: RowScope, execution: Writable<ExecutionFields>, closed: string | undefined): void {
  if (scope.problem !== undefined) return;
  if (execution.side !== 'buy' && execution.side !== 'sell') scope.fail('bad_value', 'side', 'a side is buy or sell');
  if (!ENTRIES.has(execution.entry)) scope.fail('bad_value', 'entry', 'an entry is in, out, inout or out_by');
  // "0 closed" on an opening says nothing; on the others it is what the platform did not tell.
  if (closed !== undefined && closed !== '0' && execution.entry !== 'in') execution.closedLots = closed;
  checkExecution(scope, execution, exceedsLots(execution));
}

/** True when the row says that it closes more than it trades, or less than nothing. */
export function exceedsLots(execution: ExecutionFields): boolean {
  const { closedLots, lots } = execution;
  if (closedLots === undefined || closedLots === lots || canonicalDecimal(lots) === undefined) return false;
  return closedLots.startsWith('-') || compareDecimals(decimal(closedLots), decimal(lots)) > 0;
}

/** The symbol before the suffix map, where the mapping reads it from a path. */
function rawSymbolReader(c: Compilation, node: unknown, at: string): TextReader | undefined {
  if (typeof node !== 'object' || node === null || !('path' in node)) return undefined;
  return compileValue(c, { path: node.path }, at);
}

const LINK_KEYS = ['namespace', 'value', 'customerNamespace', 'customerValue', 'effectiveFrom', 'effectiveTo'];

/** A row of a mapping table; both ends must be real identifiers, and the span must not be empty. */
export function compileLink(c: Compilation, node: unknown, at: string): Put {
  const spec = c.object(node, at, LINK_KEYS) ?? {};
  const [namespace, value, customerNamespace, customerValue] = ['namespace', 'value', 'customerNamespace', 'customerValue'].map((key) =>
    compileValue(c, spec[key], `${at}.${key}`),
  ) as [TextReader, TextReader, TextReader, TextReader];
  const readFrom = spec['effectiveFrom'] === undefined ? undefined : compileTime(c, spec['effectiveFrom'], `${at}.effectiveFrom`);
  const readTo = spec['effectiveTo'] === undefined ? undefined : compileTime(c, spec['effectiveTo'], `${at}.effectiveTo`);
  return (scope, event) => {
    if (event.kind !== 'identifier_link') return;
    const linked = checkIdentifier(scope, namespace(scope) ?? '', value(scope) ?? '', 'link');
    const customer = checkIdentifier(scope, customerNamespace(scope) ?? '', customerValue(scope) ?? '', 'link.customer');
    const from = readFrom?.(scope)?.instant;
    const to = readTo?.(scope)?.instant;
    if (scope.problem !== undefined || linked === undefined || customer === undefined) return;
    if (from !== undefined && to !== undefined && to <= from) {
      scope.fail('bad_time', 'link.effectiveTo', 'the link ends before it begins');
      return;
    }
    const link: Writable<IdentifierLinkFields> = { namespace: linked.namespace, value: linked.value, customerNamespace: customer.namespace, customerValue: customer.value };
    if (from !== undefined) link.effectiveFrom = formatInstant(from);
    if (to !== undefined) link.effectiveTo = formatInstant(to);
    event.link = link;
  };
}
