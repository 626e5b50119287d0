import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Told } from '../../../test/support/presets.ts';
import { broctagon } from './index.ts';

const tell = (body: unknown, settings: Record<string, string> = {}): Told[] =>
  tellAll(mapWith(broctagon.document, settings, body));
const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string'
      ? one
      : `${one.kind} ${one.externalId} ${one.amount} ${one.currency} ${one.status}`,
  );

const ROW = {
  id: 91,
  user_id: 12,
  type: 'deposit',
  currency: 'USD',
  amount: '500.00',
  payment_method: 'card',
  payment_currency: 'EUR',
  payment_total: '455.10',
  timestamp: '2025-04-01 10:00:00',
  trading_platform: 'mt5',
  trading_connection_id: 2,
  trading_id: '700100',
  ref_id: 'psp-1',
  wallet_id: 3,
  status: 'approved',
};

test('a report row is a deposit in the currency of the account, at a time in UTC', () => {
  expect(tell({ count: 1, records: [ROW] })).toEqual([
    {
      kind: 'deposit',
      recordType: 'transaction',
      externalId: '91',
      part: '',
      occurredAt: '2025-04-01T10:00:00.000Z',
      rawTime: '2025-04-01 10:00:00',
      identifiers: [{ namespace: 'customer', value: '12' }],
      amount: '500',
      currency: 'USD',
      transactionId: 'psp-1',
      status: 'approved',
      rawStatus: 'approved',
      extra: {
        tradingId: '700100',
        tradingPlatform: 'mt5',
        tradingConnectionId: '2',
        walletId: '3',
        paymentMethod: 'card',
        paymentCurrency: 'EUR',
        paymentTotal: '455.10',
        type: 'deposit',
      },
    },
  ]);
});

test.each([
  ['a withdrawal with a sign', { type: 'Withdrawal', amount: -20 }, ['withdrawal 91 20 USD approved']],
  ['pending', { status: 'pending' }, ['unsettled 91 500 USD pending']],
  ['rejected', { status: 'Rejected' }, ['unsettled 91 500 USD declined']],
  ['no status', { status: null }, ['deposit 91 500 USD approved']],
  ['an unknown status', { status: 'odd' }, ['quarantined unknown_status']],
  ['an internal transfer', { type: 'internal_transfer' }, ['ignored transfer_row']],
  ['a commission', { type: 'ib_commission' }, ['ignored agent_row']],
  ['a bonus', { type: 'bonus_in' }, ['ignored bonus_row']],
  ['an unknown type', { type: 'party' }, ['quarantined unknown_event']],
  ['no user', { user_id: null }, ['quarantined bad_identifier']],
  ['no time', { timestamp: null }, ['quarantined bad_time']],
])('a report row: %s', (_name, fields, expected) => {
  expect(short(tell({ count: 1, records: [{ ...ROW, ...fields }] }))).toEqual(expected);
});

const HOOK = {
  source: { service: 'crm', group: 'withdrawal', event: 'withdrawal.created' },
  target: { user_id: 12 },
  version: '1.0',
  data: {
    id: 92,
    user_id: 12,
    amount: '75.5',
    currency: 'USD',
    status: 'pending',
    request_time: '2025-04-01 11:00:00',
    name: 'Person',
  },
};
const hook = (event: string, data: object = {}): object => ({
  ...HOOK,
  source: { ...HOOK.source, event },
  data: { ...HOOK.data, ...data },
});
test.each([
  ['created', hook('withdrawal.created'), ['unsettled 92 75.5 USD pending']],
  [
    'approved at a node, status still pending',
    hook('withdrawal.node1.approve'),
    ['unsettled 92 75.5 USD pending'],
  ],
  [
    'approved at the last node',
    hook('withdrawal.final.approve', { status: 'approved' }),
    ['withdrawal 92 75.5 USD approved'],
  ],
  ['rejected, status still pending', hook('withdrawal.node2.reject'), ['unsettled 92 75.5 USD declined']],
  ['cancelled', hook('withdrawal.cancelled'), ['unsettled 92 75.5 USD declined']],
  ['a prop request', hook('prop.request.created'), ['ignored unwanted_row']],
])('a webhook: %s', (_name, body, expected) => {
  const body2 =
    _name === 'a prop request'
      ? { ...body, source: { service: 'crm', group: 'prop', event: 'prop.request.created' } }
      : body;
  expect(short(tell(body2))).toEqual(expected);
});

test('a webhook and the report row of one withdrawal are one event, and the last word wins', () => {
  const item = (body: unknown) => {
    const mapped = mapWith(broctagon.document, {}, body);
    return mapped.outcome === 'items' && mapped.items[0]?.outcome === 'event' ? mapped.items[0] : undefined;
  };
  const asked = item(hook('withdrawal.created'));
  const paid = item([{ ...ROW, id: 92, type: 'withdrawal' }]);
  const refused = item(hook('withdrawal.reject'));
  expect([asked?.event.recordType, asked?.event.externalId]).toEqual([
    paid?.event.recordType,
    paid?.event.externalId,
  ]);
  expect([asked, paid, refused].map((one) => one?.order.value)).toEqual(
    [asked, paid, refused].map((one) => one?.order.value).sort(),
  );
});
