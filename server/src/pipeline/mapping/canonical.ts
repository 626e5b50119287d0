// Our own event shape as a mapping: POST /v1/events sends canonical events, and they pass the same readers and checks as every source.
import { isJsonObject } from '../../kernel/json.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { canonicalDecimal } from '../../kernel/decimal.ts';
import {
  CANONICAL_FIELDS,
  CUSTOMER_STATUS_FIELDS,
  EXECUTION_FIELDS,
  LINK_FIELDS,
  PAYOUT_FIELDS,
} from './canonical-fields.ts';
import { MAX_MEASURES, MEASURE_NAME, putMeasures } from './compile-figures.ts';
import type { MappedItem } from './facts.ts';
import type { EventSpec, RevisionSpec, RuleSpec } from './language.ts';
import { isPossibleNumber } from './numbers.ts';
import { readText } from './row.ts';
import type { RowScope } from './row.ts';

const EVENT: EventSpec = {
  kind: 'kind',
  recordType: { path: ['recordType', 'kind'] },
  externalId: { path: ['externalId', 'transactionId'] },
  part: 'part',
  occurredAt: { path: 'occurredAt', format: 'iso' },
  whenNoTime: 'receivedAt',
  identifiers: [{ list: 'identifiers' }, { namespace: { const: 'click' }, value: 'clickId' }],
  amount: 'amount',
  currency: 'currency',
  bonusPart: 'bonusPart',
  clickId: 'clickId',
  code: 'code',
  transactionId: 'transactionId',
  originalId: 'originalId',
  country: 'country',
  product: 'product',
  brand: 'brand',
  status: 'status',
  test: 'test',
  kyc: 'kyc.status',
  customerStatus: {
    status: 'customerStatus.status',
    until: { path: 'customerStatus.until', format: 'iso' },
  },
  payout: { status: 'payout.status', gatewayId: 'payout.gatewayId', fee: 'payout.fee' },
  group: 'group',
  accountCurrency: 'accountCurrency',
  link: {
    namespace: 'link.namespace',
    value: 'link.value',
    customerNamespace: 'link.customerNamespace',
    customerValue: 'link.customerValue',
    effectiveFrom: { path: 'link.effectiveFrom', format: 'iso' },
    effectiveTo: { path: 'link.effectiveTo', format: 'iso' },
  },
};

const EXECUTION: EventSpec = {
  ...EVENT,
  execution: {
    account: 'execution.account',
    position: 'execution.position',
    order: 'execution.order',
    side: 'execution.side',
    entry: 'execution.entry',
    symbol: 'execution.symbol',
    lots: 'execution.lots',
    closedLots: 'execution.closedLots',
    price: 'execution.price',
    contractSize: 'execution.contractSize',
    profit: 'execution.profit',
    commission: 'execution.commission',
    swap: 'execution.swap',
    fee: 'execution.fee',
    service: 'execution.service',
    cancelled: 'execution.cancelled',
    closeByPosition: 'execution.closeByPosition',
    rawReason: 'execution.rawReason',
  },
};

const ORDERS: readonly (readonly [string, RevisionSpec])[] = [
  ['version', { kind: 'version', value: 'version' }],
  ['modifiedAt', { kind: 'modifiedAt', value: { path: 'modifiedAt', format: 'iso' } }],
];

/** The rules behind `"format": "canonical"`. A version beats a time of modification; without either, arrival orders revisions. */
export const CANONICAL_RULES: readonly RuleSpec[] = [EXECUTION, EVENT].flatMap((event) => {
  const kind = event === EXECUTION ? [{ path: 'kind', equals: 'execution' }] : [];
  const ordered = ORDERS.map(([path, revisionOrder]): RuleSpec => ({
    name: `by ${path}`,
    when: [...kind, { path, present: true }],
    event,
    revisionOrder,
  }));
  return [...ordered, { name: 'by arrival', when: kind, event, revisionOrder: { kind: 'arrival' } }];
});

const MAX_EXTRA = 20;

const EVENT_FIELDS: ReadonlySet<string> = new Set(CANONICAL_FIELDS);
const PARTS: readonly (readonly [string, ReadonlySet<string>])[] = [
  ['execution', new Set(EXECUTION_FIELDS)],
  ['link', new Set(LINK_FIELDS)],
  ['kyc', new Set(['status'])],
  ['customerStatus', new Set(CUSTOMER_STATUS_FIELDS)],
  ['payout', new Set(PAYOUT_FIELDS)],
];

/** Refuses keys that a canonical event does not have: a misspelt field must not vanish silently. */
export function checkCanonicalKeys(scope: RowScope): void {
  checkKeys(scope, scope.row, EVENT_FIELDS, '');
  // Only a missing time is our time of receipt: an empty one is a fault of the sender, who meant to give it.
  const { occurredAt } = scope.row;
  if (typeof occurredAt === 'string' && occurredAt.trim() === '')
    scope.fail('bad_time', 'occurredAt', 'the time is empty; give an instant, or leave the field out');
  for (const [part, keys] of PARTS) {
    const value = scope.row[part];
    if (value === undefined || value === null) continue;
    if (isJsonObject(value)) checkKeys(scope, value, keys, `${part}.`);
    else scope.fail('bad_value', part, 'expected an object');
  }
  if (scope.row['identifiers'] !== undefined && !Array.isArray(scope.row['identifiers']))
    scope.fail('bad_identifier', 'identifiers', 'expected a list of { namespace, value }');
}

function checkKeys(scope: RowScope, object: JsonObject, keys: ReadonlySet<string>, prefix: string): void {
  for (const key of Object.keys(object)) {
    if (!keys.has(key))
      scope.fail(
        'bad_value',
        `${prefix}${key.slice(0, 60)}`,
        `an event has no such field; it may have ${[...keys].join(', ')}`,
      );
  }
}

/** Copies `measures`: figures of a report row by name. */
export function putOwnMeasures(scope: RowScope, item: MappedItem): void {
  const node = scope.row['measures'];
  if (item.outcome !== 'event' || node === undefined || node === null) return;
  if (!isJsonObject(node) || Object.keys(node).length > MAX_MEASURES) {
    scope.fail('bad_value', 'measures', `expected an object of at most ${MAX_MEASURES} numbers`);
    return;
  }
  const measures: Record<string, string> = {};
  for (const [name, value] of Object.entries(node)) {
    const path = `measures.${name.slice(0, 60)}`;
    const text = readText(scope, value, path);
    if (text === undefined) continue;
    const number = canonicalDecimal(text);
    if (!MEASURE_NAME.test(name))
      scope.fail('bad_value', path, 'a measure is named in small letters: bonus_cost');
    else if (number === undefined || !isPossibleNumber(number))
      scope.fail(
        'bad_amount',
        path,
        `"${text.slice(0, 60)}" is not a decimal number of at most 18 digits on each side`,
      );
    else measures[name] = number;
  }
  putMeasures(scope, item.event, measures, readText(scope, scope.row['currency'], 'currency'));
}

/** Copies `extra`: at most 20 texts that ride along for reports. */
export function putExtra(scope: RowScope, item: MappedItem): void {
  const node = scope.row['extra'];
  if (item.outcome !== 'event' || node === undefined || node === null) return;
  if (!isJsonObject(node) || Object.keys(node).length > MAX_EXTRA) {
    scope.fail('bad_value', 'extra', `expected an object of at most ${MAX_EXTRA} texts`);
    return;
  }
  const extra: Record<string, string> = {};
  for (const [key, value] of Object.entries(node)) {
    const text = readText(scope, value, `extra.${key.slice(0, 60)}`);
    if (text !== undefined && text.length <= 500 && key.length <= 60) extra[key] = text;
    else if (text !== undefined)
      scope.fail('bad_value', 'extra', 'a name has at most 60 characters and a text at most 500');
  }
  if (Object.keys(extra).length > 0) item.event.extra = extra;
}
