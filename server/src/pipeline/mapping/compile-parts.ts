// Compiles the execution and identifier-link parts of an event.
import { canonicalDecimal, compareDecimals, decimal } from '../../kernel/decimal.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import { CUSTOMER_STATUS_FIELDS, EXECUTION_FIELDS } from './canonical-fields.ts';
import type { Compilation, Node } from './document.ts';
import { checkExecution, checkIdentifier } from './event-rules.ts';
import type { Writable } from './event-rules.ts';
import { CUSTOMER_STATUS_WORDS } from './facts.ts';
import type {
  CanonicalEvent,
  CustomerStatusFields,
  EventKind,
  ExecutionEntry,
  ExecutionFields,
  ExecutionSide,
  IdentifierLinkFields,
} from './facts.ts';
import { isPlaceholder } from './row.ts';
import type { RowScope, TextReader } from './row.ts';
import { compileTime } from './times.ts';
import type { TimeReader } from './times.ts';
import { compileNumber } from './numbers.ts';
import { compileValue } from './values.ts';

type Draft = Writable<CanonicalEvent>;
type Put = (scope: RowScope, event: Draft) => void;

/** The symbol as it was sent is kept by itself. */
const EXECUTION_KEYS = EXECUTION_FIELDS.filter((field) => field !== 'rawSymbol');
const NUMBERS = ['price', 'contractSize', 'profit', 'commission', 'swap', 'fee'] as const;
const TEXTS = ['order', 'closeByPosition', 'rawReason'] as const;
const ENTRIES: ReadonlySet<string> = new Set(['in', 'out', 'inout', 'out_by']);

/** Readers of an execution's fields; those that the mapping does not give are undefined. */
type ExecutionReaders = Readonly<Record<string, TextReader | undefined>>;

function compileReaders(c: Compilation, spec: Node, at: string): ExecutionReaders {
  const readers: Record<string, TextReader | undefined> = {};
  for (const key of ['account', 'position', 'side', 'entry', 'symbol', 'service', 'cancelled', ...TEXTS]) {
    if (spec[key] !== undefined) readers[key] = compileValue(c, spec[key], `${at}.${key}`);
  }
  for (const key of NUMBERS) {
    if (spec[key] !== undefined)
      readers[key] = compileNumber(c, spec[key], `${at}.${key}`, { reason: 'bad_amount' });
  }
  const size = readers['contractSize'];
  const context = { reason: 'bad_quantity', ...(size === undefined ? {} : { contractSize: size }) } as const;
  for (const key of ['lots', 'closedLots']) {
    if (spec[key] !== undefined) readers[key] = compileNumber(c, spec[key], `${at}.${key}`, context);
  }
  return readers;
}

/** Volumes, sides and entries must be there and possible; a problem otherwise. Money of the row is optional. */
export function compileExecution(c: Compilation, node: unknown, at: string): Put {
  const spec = c.object(node, at, EXECUTION_KEYS) ?? {};
  for (const key of ['account', 'position', 'side', 'entry', 'symbol', 'lots']) {
    if (spec[key] === undefined) c.fail(`${at}.${key}`, 'an execution needs this', 'say where it is read');
  }
  const readers = compileReaders(c, spec, at);
  const { service, cancelled, closedLots } = readers;
  const optional = NUMBERS.flatMap((key) =>
    readers[key] === undefined ? [] : [{ key, read: readers[key] }],
  );
  const texts = TEXTS.flatMap((key) => (readers[key] === undefined ? [] : [{ key, read: readers[key] }]));
  const readSymbol = rawSymbolReader(c, spec['symbol'], `${at}.symbol`);
  const need = (scope: RowScope, read: TextReader | undefined, key: string): string =>
    read?.(scope) ?? scope.fail('missing_field', key, `the execution has no ${key}`) ?? '';
  return (scope, event) => {
    const execution: Writable<ExecutionFields> = {
      account: need(scope, readers['account'], 'account'),
      position: need(scope, readers['position'], 'position'),
      side: need(scope, readers['side'], 'side') as ExecutionSide,
      entry: need(scope, readers['entry'], 'entry') as ExecutionEntry,
      symbol: need(scope, readers['symbol'], 'symbol'),
      lots: need(scope, readers['lots'], 'lots'),
      service: service?.(scope) === 'true',
      cancelled: cancelled?.(scope) === 'true',
    };
    const rawSymbol = readSymbol?.(scope);
    if (rawSymbol !== undefined && rawSymbol !== execution.symbol) execution.rawSymbol = rawSymbol;
    for (const { key, read } of optional) {
      const value = read(scope);
      if (value !== undefined) execution[key] = value;
    }
    for (const { key, read } of texts) {
      const value = read(scope);
      if (value !== undefined && (key === 'rawReason' || !isPlaceholder(value))) execution[key] = value;
    }
    putClosedLots(scope, execution, closedLots?.(scope));
    event.execution = execution;
  };
}

function putClosedLots(
  scope: RowScope,
  execution: Writable<ExecutionFields>,
  closed: string | undefined,
): void {
  if (scope.problem !== undefined) return;
  if (execution.side !== 'buy' && execution.side !== 'sell')
    scope.fail('bad_value', 'side', 'a side is buy or sell');
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

const LINK_KEYS = [
  'namespace',
  'value',
  'customerNamespace',
  'customerValue',
  'effectiveFrom',
  'effectiveTo',
];

/** A row of a mapping table; both ends must be real identifiers, and the span must not be empty. */
const BARRING: ReadonlySet<EventKind> = new Set<EventKind>(['self_excluded', 'account_closed', 'kyc_status']);
const STATUS_WORDS: ReadonlySet<string> = new Set(CUSTOMER_STATUS_WORDS);

/** What bars a customer, and until when (semantics.md 8). Absent, the kind alone says it, without an end. */
export function compileCustomerStatus(c: Compilation, node: unknown, at: string): Put {
  const spec = c.object(node, at, CUSTOMER_STATUS_FIELDS) ?? {};
  const readStatus = compileValue(c, spec['status'], `${at}.status`, 'unknown_status');
  const readUntil = spec['until'] === undefined ? undefined : compileTime(c, spec['until'], `${at}.until`);
  return (scope, event) => {
    if (!BARRING.has(event.kind)) return;
    const status = readStatus(scope);
    if (status === undefined) return;
    if (!STATUS_WORDS.has(status)) {
      scope.fail(
        'unknown_status',
        'customerStatus',
        `"${status.slice(0, 60)}" is none of ${CUSTOMER_STATUS_WORDS.join(', ')}`,
      );
      return;
    }
    const until = readUntil?.(scope)?.instant;
    if (scope.problem !== undefined) return;
    if (until !== undefined && until <= instantFromIso(event.occurredAt))
      scope.fail('bad_time', 'customerStatus.until', 'it ends before it begins');
    event.customerStatus = {
      status: status as CustomerStatusFields['status'],
      ...(until === undefined ? {} : { until: formatInstant(until) }),
    };
  };
}

export function compileLink(c: Compilation, node: unknown, at: string): Put {
  const spec = c.object(node, at, LINK_KEYS) ?? {};
  const [namespace, value, customerNamespace, customerValue] = [
    'namespace',
    'value',
    'customerNamespace',
    'customerValue',
  ].map((key) => compileValue(c, spec[key], `${at}.${key}`)) as [
    TextReader,
    TextReader,
    TextReader,
    TextReader,
  ];
  const readFrom =
    spec['effectiveFrom'] === undefined
      ? undefined
      : compileTime(c, spec['effectiveFrom'], `${at}.effectiveFrom`);
  const readTo =
    spec['effectiveTo'] === undefined ? undefined : compileTime(c, spec['effectiveTo'], `${at}.effectiveTo`);
  return (scope, event) => {
    if (event.kind !== 'identifier_link') return;
    const linked = checkIdentifier(scope, namespace(scope) ?? '', value(scope) ?? '', 'link');
    const customer = checkIdentifier(
      scope,
      customerNamespace(scope) ?? '',
      customerValue(scope) ?? '',
      'link.customer',
    );
    const span = readSpan(scope, readFrom, readTo);
    if (scope.problem !== undefined || linked === undefined || customer === undefined) return;
    const link: IdentifierLinkFields = {
      namespace: linked.namespace,
      value: linked.value,
      customerNamespace: customer.namespace,
      customerValue: customer.value,
    };
    event.link = { ...link, ...span };
  };
}

/** Half-open span of a link; a problem when it ends before it begins. */
function readSpan(
  scope: RowScope,
  readFrom: TimeReader | undefined,
  readTo: TimeReader | undefined,
): { effectiveFrom?: string; effectiveTo?: string } {
  const from = readFrom?.(scope)?.instant;
  const to = readTo?.(scope)?.instant;
  if (from !== undefined && to !== undefined && to <= from)
    scope.fail('bad_time', 'link.effectiveTo', 'the link ends before it begins');
  return {
    ...(from === undefined ? {} : { effectiveFrom: formatInstant(from) }),
    ...(to === undefined ? {} : { effectiveTo: formatInstant(to) }),
  };
}
