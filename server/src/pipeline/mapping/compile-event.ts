// Compiles the event part of a rule: one reader per field, and a function that builds the canonical event of a row.
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { TOLD_FIELDS } from './canonical-fields.ts';
import type { Compilation, Node } from './document.ts';
import {
  carriesAmount,
  checkCountry,
  checkKeyText,
  checkReturn,
  checkText,
  isEventKind,
  putMoney,
  readFlag,
} from './event-rules.ts';
import type { Writable } from './event-rules.ts';
import {
  compileAccount,
  compileBonusPart,
  compileExtra,
  compileMeasures,
  exponentReader,
  compilePayout,
} from './compile-figures.ts';
import { compileIdentifiers } from './compile-identifiers.ts';
import { compileCustomerStatus, compileExecution, compileLink } from './compile-parts.ts';
import { compileRevision } from './compile-revision.ts';
import { KYC_STATUSES, STATUSES } from './facts.ts';
import type { CanonicalEvent, EventKind, KycStatus, MappedItem } from './facts.ts';
import { isPlaceholder } from './row.ts';
import type { RowProblem, RowScope, TextReader } from './row.ts';
import { checkOccurredAt, compileTime } from './times.ts';
import { compileNumber } from './numbers.ts';
import { compileValue } from './values.ts';

type Draft = Writable<CanonicalEvent>;
/** Puts one part of the event, or reports a problem. */
type Put = (scope: RowScope, event: Draft) => void;
type RowMapper = (scope: RowScope, path: string) => MappedItem;

export const EVENT_KEYS = ['recordType', 'externalId', 'keyByKind', 'part', 'whenNoTime', ...TOLD_FIELDS];
const SETTLED: ReadonlySet<string> = new Set(STATUSES);
const KYC: ReadonlySet<string> = new Set(KYC_STATUSES);

/** A function from rows to items: the event, or the first problem as a quarantined item. */
export function compileEvent(
  c: Compilation,
  node: unknown,
  at: string,
  revision: { readonly node: unknown; readonly at: string },
): RowMapper {
  const spec = c.object(node, at, EVENT_KEYS) ?? {};
  const readKind = compileKind(c, spec['kind'], `${at}.kind`);
  const readRecordType =
    spec['recordType'] === undefined ? undefined : compileValue(c, spec['recordType'], `${at}.recordType`);
  const puts: Put[] = [
    compileKey(c, spec, at),
    compileOccurredAt(c, spec, at),
    compileIdentifiers(c, spec['identifiers'], `${at}.identifiers`),
    compileMoney(c, spec, at),
    ...compileFigures(c, spec, at),
    ...compileTexts(c, spec, at),
    checkReturn,
    ...compileStatus(c, spec, at),
  ];
  if (spec['execution'] !== undefined) puts.push(compileExecution(c, spec['execution'], `${at}.execution`));
  if (spec['link'] !== undefined) puts.push(compileLink(c, spec['link'], `${at}.link`));
  const readOrder = compileRevision(c, revision.node, revision.at);
  return (scope, path) => {
    const kind = readKind(scope);
    const recordType = readRecordType === undefined ? kind : readRecordType(scope);
    const event: Draft = {
      kind: kind ?? 'adjustment',
      recordType: recordType ?? '',
      externalId: '',
      part: '',
      occurredAt: '',
      identifiers: [],
    };
    if (recordType === undefined)
      scope.fail('missing_key', 'recordType', 'the row does not say what kind of record it is');
    for (const put of puts) {
      if (scope.problem !== undefined) break;
      put(scope, event);
    }
    const order = readOrder(scope);
    const { problem } = scope;
    if (problem !== undefined || order === undefined) {
      return quarantine(
        problem ?? { reason: 'bad_value', detail: 'the revision has no order', path: 'revisionOrder' },
        path,
      );
    }
    return { outcome: 'event', path, event, order, warnings: scope.warnings };
  };
}

/** The item of a row that cannot be accepted; `at` is the path of the row. */
export function quarantine(problem: RowProblem, at: string): MappedItem {
  return {
    outcome: 'quarantined',
    path: `${at}.${problem.path}`,
    reason: problem.reason,
    detail: problem.detail,
    ...(problem.code === undefined ? {} : { code: problem.code }),
  };
}

function compileKind(c: Compilation, node: unknown, at: string): (scope: RowScope) => EventKind | undefined {
  if (
    typeof node === 'object' &&
    node !== null &&
    'const' in node &&
    typeof node.const === 'string' &&
    !isEventKind(node.const)
  ) {
    c.fail(
      at,
      `"${node.const.slice(0, 60)}" is not a canonical event kind`,
      'use a name of semantics.md 3.1, execution or identifier_link',
    );
  }
  if (typeof node === 'object' && node !== null && 'map' in node) {
    for (const kind of c.table(node.map, `${at}.map`)?.values() ?? []) {
      if (!isEventKind(kind))
        c.fail(
          `${at}.map`,
          `"${kind}" is not a canonical event kind`,
          'use a name of semantics.md 3.1, execution or identifier_link',
        );
    }
  }
  const read = compileValue(c, node, at, 'unknown_event');
  return (scope) => {
    const text = read(scope);
    if (text !== undefined && isEventKind(text)) return text;
    return scope.fail(
      'unknown_event',
      'kind',
      text === undefined
        ? 'the row does not say what happened'
        : `"${text.slice(0, 60)}" is not a canonical event kind`,
    );
  };
}

/** External id, or the key of a kind that happens once; a placeholder such as "0" is no key. */
function compileKey(c: Compilation, spec: Node, at: string): Put {
  const readId = compileValue(c, spec['externalId'], `${at}.externalId`);
  const readPart = spec['part'] === undefined ? undefined : compileValue(c, spec['part'], `${at}.part`);
  const byKind = new Map<string, TextReader>();
  for (const [kind, node] of Object.entries((spec['keyByKind'] ?? {}) as Node)) {
    if (!isEventKind(kind))
      c.fail(`${at}.keyByKind.${kind}`, 'not a canonical event kind', 'use a name of semantics.md 3.1');
    byKind.set(kind, compileValue(c, node, `${at}.keyByKind.${kind}`));
  }
  return (scope, event) => {
    const id = readId(scope) ?? (scope.problem === undefined ? byKind.get(event.kind)?.(scope) : undefined);
    if (id === undefined) {
      scope.fail(
        'missing_key',
        'externalId',
        `a ${event.kind} without an external id, and without the fields that would be its key`,
      );
      return;
    }
    event.externalId = checkKeyText(scope, id, 'externalId', 'missing_key') ?? '';
    event.recordType = checkKeyText(scope, event.recordType, 'recordType', 'bad_value') ?? '';
    const part = readPart?.(scope);
    if (part !== undefined) event.part = checkKeyText(scope, part, 'part', 'bad_value') ?? '';
  };
}

function compileOccurredAt(c: Compilation, spec: Node, at: string): Put {
  const read = compileTime(c, spec['occurredAt'], `${at}.occurredAt`);
  const whenNone =
    spec['whenNoTime'] === undefined
      ? 'quarantine'
      : c.choice(spec['whenNoTime'], `${at}.whenNoTime`, ['quarantine', 'receivedAt'] as const);
  return (scope, event) => {
    const time = read(scope);
    if (scope.problem !== undefined) return;
    if (time !== undefined) {
      event.occurredAt = checkOccurredAt(scope, time.instant, 'occurredAt') ?? '';
      event.rawTime = time.raw;
    } else if (whenNone === 'receivedAt') {
      event.occurredAt = formatInstant(scope.receivedAt as Instant);
      event.occurredAtAssumed = true;
    } else {
      scope.fail('bad_time', 'occurredAt', 'the row has no time');
    }
  };
}

function compileMoney(c: Compilation, spec: Node, at: string): Put {
  if (spec['amount'] === undefined)
    return (scope, event) => putMoney(scope, event, event.kind, undefined, undefined);
  const readCurrency =
    spec['currency'] === undefined
      ? undefined
      : compileValue(c, spec['currency'], `${at}.currency`, 'bad_currency');
  const exponent = exponentReader(readCurrency);
  const readAmount = compileNumber(c, spec['amount'], `${at}.amount`, { reason: 'bad_amount', exponent });
  return (scope, event) => {
    if (!carriesAmount(event.kind)) return;
    const amount = readAmount(scope);
    if (scope.problem === undefined) putMoney(scope, event, event.kind, amount, readCurrency?.(scope));
  };
}

function compileFigures(c: Compilation, spec: Node, at: string): Put[] {
  const puts: Put[] = [];
  const readCurrency =
    spec['currency'] === undefined ? undefined : compileValue(c, spec['currency'], `${at}.currency`);
  if (spec['measures'] !== undefined)
    puts.push(compileMeasures(c, spec['measures'], `${at}.measures`, readCurrency));
  if (spec['bonusPart'] !== undefined)
    puts.push(compileBonusPart(c, spec['bonusPart'], `${at}.bonusPart`, readCurrency));
  puts.push(compilePayout(c, spec['payout'], `${at}.payout`, readCurrency), ...compileAccount(c, spec, at));
  if (spec['customerStatus'] !== undefined)
    puts.push(compileCustomerStatus(c, spec['customerStatus'], `${at}.customerStatus`));
  return puts;
}

/** Kinds that may point at an original. */
const WITH_ORIGINAL: ReadonlySet<EventKind> = new Set([
  'chargeback',
  'refund',
  'reversal',
  'rollback',
  'adjustment',
]);
const TEXT_FIELDS = ['clickId', 'code', 'transactionId', 'originalId', 'product', 'brand'] as const;

function compileTexts(c: Compilation, spec: Node, at: string): Put[] {
  const puts: Put[] = [];
  for (const field of TEXT_FIELDS) {
    if (spec[field] === undefined) continue;
    const read = compileValue(c, spec[field], `${at}.${field}`);
    puts.push((scope, event) => {
      if (field === 'originalId' && !WITH_ORIGINAL.has(event.kind)) return;
      const text = read(scope);
      // A click id, code or reference that says "nothing" is absent, not wrong: the event stands without it.
      if (text === undefined || isPlaceholder(text)) return;
      const checked = checkText(scope, text, field);
      if (checked !== undefined) event[field] = checked;
    });
  }
  if (spec['country'] !== undefined) {
    const read = compileValue(c, spec['country'], `${at}.country`);
    puts.push((scope, event) => {
      const text = read(scope);
      const country = text === undefined || isPlaceholder(text) ? undefined : checkCountry(scope, text);
      if (country !== undefined) event.country = country;
    });
  }
  if (spec['extra'] !== undefined) puts.push(compileExtra(c, spec['extra'], `${at}.extra`));
  return puts;
}

/** Status, test flag and KYC. Last of all: a status other than approved turns the kind into `unsettled`, after the kind's own checks. */
function compileStatus(c: Compilation, spec: Node, at: string): Put[] {
  const puts: Put[] = [];
  if (spec['test'] !== undefined) {
    const read = compileValue(c, spec['test'], `${at}.test`);
    puts.push((scope, event) => {
      const text = read(scope);
      if (text !== undefined && readFlag(scope, text, 'test') === true) event.test = true;
    });
  }
  const readKyc =
    spec['kyc'] === undefined ? undefined : compileValue(c, spec['kyc'], `${at}.kyc`, 'unknown_status');
  puts.push((scope, event) => {
    if (event.kind !== 'kyc_status') return;
    const status = readKyc?.(scope);
    if (status !== undefined && KYC.has(status)) event.kyc = { status: status as KycStatus };
    // A system may tell in the same record that the customer is a duplicate, and nothing of the verification.
    else if (status === undefined && event.customerStatus !== undefined) return;
    else scope.fail('unknown_status', 'kyc', 'a KYC event must say pending, passed or failed');
  });
  if (spec['status'] === undefined) return puts;
  const read = compileValue(c, spec['status'], `${at}.status`, 'unknown_status');
  const path = statusPath(spec['status']);
  const readRaw = path === undefined ? undefined : compileValue(c, { path }, `${at}.status`);
  puts.push((scope, event) => {
    if (event.kind === 'kyc_status') return;
    const status = read(scope);
    if (status === undefined) return;
    if (!SETTLED.has(status)) {
      scope.fail('unknown_status', 'status', `"${status.slice(0, 60)}" is not approved, pending or declined`);
      return;
    }
    event.status = status;
    const raw = readRaw?.(scope);
    if (raw !== undefined) event.rawStatus = raw;
    if (status !== 'approved') event.kind = 'unsettled';
  });
  return puts;
}

function statusPath(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'path' in node
    ? node.path
    : typeof node === 'string'
      ? node
      : undefined;
}
