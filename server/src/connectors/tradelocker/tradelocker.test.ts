import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import { tradeLocker } from './index.ts';

const COLUMNS = [
  'id',
  'tradableInstrumentId',
  'qty',
  'side',
  'status',
  'filledQty',
  'avgPrice',
  'lastModified',
  'isOpen',
  'positionId',
];
const row = (fields: Record<string, unknown> = {}): unknown[] => {
  const told: Record<string, unknown> = {
    id: '1',
    tradableInstrumentId: '278',
    qty: '0.5',
    side: 'buy',
    status: 'Filled',
    filledQty: '0.5',
    avgPrice: '1.1',
    lastModified: '1735689600000',
    isOpen: 'true',
    positionId: '9',
    ...fields,
  };
  return COLUMNS.map((name) => told[name]);
};
const tell = (rows: unknown[], settings: Record<string, string[] | Record<string, string>> = {}): string[] =>
  tellAll(
    mapWith(
      tradeLocker.document,
      { columns: COLUMNS, symbols: { '278': 'EURUSD' }, ...settings },
      { s: 'ok', d: { ordersHistory: rows } },
      { query: [['accountId', '77']] },
    ),
  ).map((one) =>
    typeof one === 'string'
      ? one
      : `${one.externalId} ${one.execution?.account} ${one.execution?.entry} ${one.execution?.side} ${one.execution?.symbol} ${one.execution?.lots}`,
  );

test.each([
  ['an opening', row(), '1 main:77 in buy EURUSD 0.5'],
  [
    'a close, with values of other types',
    row({ id: 2, side: 'sell', filledQty: 0.5, isOpen: false, lastModified: 1_735_689_600_000 }),
    '2 main:77 out sell EURUSD 0.5',
  ],
  ['a cancelled order', row({ status: 'Cancelled', filledQty: '0' }), 'ignored unwanted_status'],
  [
    'a cancelled order that was filled in part',
    row({ status: 'Cancelled', filledQty: '0.2' }),
    '1 main:77 in buy EURUSD 0.2',
  ],
  ['an order without a position', row({ positionId: null }), 'quarantined missing_field'],
  ['another number of columns', ['1', '278'], 'quarantined bad_row'],
  ['junk', 'x', 'quarantined bad_format'],
])('%s', (_name, told, expected) => {
  expect(tell([told])).toEqual([expected]);
});

test('columns come in the order of the setting, quantities by lot size, demo accounts never', () => {
  expect(tell([[...row()].reverse()], { columns: [...COLUMNS].reverse() })).toEqual(tell([row()]));
  expect(tell([row({ filledQty: '50000' })], { lotSizes: { '278': '100000' } })).toEqual([
    '1 main:77 in buy EURUSD 0.5',
  ]);
  expect(tell([row()], { demoAccounts: ['7*'] })).toEqual(['ignored demo_account']);
});
