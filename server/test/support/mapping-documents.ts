// Small mapping documents for tests of the mapping language.
import { compileMapping } from '../../src/pipeline/mapping/index.ts';
import type { CanonicalEvent, MappedDelivery, MappedItem } from '../../src/pipeline/mapping/index.ts';

export const RECEIVED = Date.UTC(2024, 6, 3) * 1000;

export const EVENT = {
  kind: { path: 'type', map: { dep: 'deposit' } },
  externalId: 'id',
  occurredAt: { path: 'at', format: 'iso' },
  identifiers: [{ namespace: { const: 'crm' }, value: 'user' }],
  amount: 'amount',
  currency: 'currency',
};
export const RULE = { name: 'deposit', event: EVENT, revisionOrder: { kind: 'arrival' } };
export const DOCUMENT = { language: 1, name: 'test', format: 'json', rules: [RULE] };
export const ROW = {
  type: 'dep',
  id: 'd1',
  at: '2024-07-01T10:00:00Z',
  user: 'u1',
  amount: '12.50',
  currency: 'USD',
};

/** The document with its one event changed, and perhaps keys of its own. */
export function withEvent(change: object, more: object = {}): object {
  return { ...DOCUMENT, ...more, rules: [{ ...RULE, event: { ...EVENT, ...change } }] };
}

interface How {
  readonly settings?: Readonly<Record<string, string | Record<string, string> | string[]>>;
  readonly feed?: string;
}

/** Maps a body: text as it is, anything else as JSON. */
export function mapBody(document: object, body: unknown, how: How = {}): MappedDelivery {
  return compileMapping(document, how.settings ?? {}).map({
    body: typeof body === 'string' ? body : JSON.stringify(body),
    receivedAt: RECEIVED,
    ...(how.feed === undefined ? {} : { feed: how.feed }),
  });
}

/** The items of a delivery that has some. */
export function itemsOf(mapped: MappedDelivery): readonly MappedItem[] {
  if (mapped.outcome !== 'items') throw new Error(JSON.stringify(mapped));
  return mapped.items;
}

/** The one item of one row. */
export function mapOne(document: object, row: object, how: How = {}): MappedItem {
  const [item, ...more] = itemsOf(mapBody(document, row, how));
  if (item === undefined || more.length > 0) throw new Error(`${more.length + 1} items`);
  return item;
}

/** A field of the event of one row, or the reason why there is none. */
export function tell(document: object, row: object, how: How = {}): Partial<CanonicalEvent> | string {
  const item = mapOne(document, row, how);
  return item.outcome === 'event' ? item.event : `${item.outcome} ${item.reason}`;
}

/** Deposits in files of id, player, time and amount. */
export const CASHIER_MAPPING = {
  language: 1,
  name: 'cashier',
  format: 'csv',
  rules: [
    {
      name: 'deposit',
      event: {
        kind: { const: 'deposit' },
        recordType: { const: 'deposit' },
        externalId: 'id',
        occurredAt: { path: 'time', format: 'iso' },
        identifiers: [{ namespace: { const: 'customer' }, value: 'player' }],
        amount: 'amount',
        currency: { const: 'EUR' },
      },
      revisionOrder: { kind: 'arrival' },
    },
  ],
};

/** Deposits of a shop as JSON; one status is known, so that another one does not get through. */
export const SHOP_MAPPING = {
  language: 1,
  name: 'shop',
  format: 'json',
  rows: ['[*]', '$'],
  rules: [
    {
      name: 'deposit',
      event: {
        kind: { const: 'deposit' },
        externalId: 'id',
        occurredAt: { path: 'at', format: 'iso' },
        identifiers: [{ namespace: { const: 'customer' }, value: 'user' }],
        amount: 'amount',
        currency: { const: 'USD' },
        status: { path: 'state', map: { OK: 'approved' } },
      },
      revisionOrder: { kind: 'arrival' },
    },
  ],
};
