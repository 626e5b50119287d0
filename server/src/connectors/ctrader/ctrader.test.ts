import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findSample, mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Told } from '../../../test/support/presets.ts';
import { ctrader } from './index.ts';

const SETTINGS = {
  lotSizes: { '1': '10000000', '14': '10000000', '41': '10000' },
  symbols: { '1': 'EURUSD', '41': 'XAUUSD' },
  currency: 'USD',
};
const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const tell = (body: unknown, settings: object = {}): Told[] =>
  tellAll(mapWith(ctrader.document, { ...SETTINGS, ...settings }, body));

const deal = (event: Record<string, unknown>, execution: Record<string, unknown>): Told =>
  ({
    kind: 'execution',
    recordType: 'deal',
    part: '',
    identifiers: [{ namespace: 'ctrader:live', value: '500123' }],
    accountCurrency: 'USD',
    ...event,
    execution: {
      account: 'live:500123',
      position: '5001',
      symbol: 'EURUSD',
      rawSymbol: '1',
      contractSize: '100000',
      service: false,
      cancelled: false,
      ...execution,
    },
  }) as unknown as Told;

test('a deal list: enums as names or numbers, integers as text, money by its digits, lots by the lot size of the symbol', () => {
  expect(tell(fixture('deal_list.json'))).toEqual([
    deal(
      { externalId: '7001', occurredAt: '2024-07-01T10:10:00.101Z', rawTime: '1719828600101' },
      {
        order: '6001',
        side: 'buy',
        entry: 'in',
        lots: '1.5',
        price: '1.07215',
        commission: '-5.25',
        rawReason: 'FILLED',
      },
    ),
    deal(
      { externalId: '7002', occurredAt: '2024-07-01T11:10:00.000Z', rawTime: '1719832200000' },
      {
        order: '6002',
        side: 'sell',
        entry: 'out',
        lots: '0.5',
        closedLots: '0.5',
        price: '1.07315',
        commission: '-1.75',
        profit: '50',
        swap: '-0.00064',
        rawReason: '3',
      },
    ),
    'ignored unwanted_status',
  ]);
});

const cashOf = (account: string): readonly Told[] => [
  {
    kind: 'deposit',
    recordType: 'balanceHistory',
    externalId: '501',
    part: '',
    occurredAt: '2024-03-09T16:00:00.000Z',
    rawTime: '1710000000000',
    identifiers: [{ namespace: 'ctrader:live', value: account }],
    amount: '10000',
    currency: 'USD',
    transactionId: '88231',
  },
  {
    kind: 'withdrawal',
    recordType: 'balanceHistory',
    externalId: '502',
    part: '',
    occurredAt: '2024-03-10T17:00:00.000Z',
    rawTime: '1710090000000',
    identifiers: [{ namespace: 'ctrader:live', value: account }],
    amount: '250',
    currency: 'USD',
  },
  'ignored transfer_row',
];

test('cash flow: the sign comes from operationType, an internal transfer is no deposit', () => {
  expect(tell(fixture('cashflow_history_res.json'))).toEqual(cashOf('712345'));
});

const deals = findSample('ctrader/deal_list_res.json');
const cash = findSample('ctrader/cashflow_history_res.json');
test.skipIf(deals === undefined || cash === undefined)('the sample files', () => {
  expect(tell(deals)).toMatchObject([
    {
      kind: 'execution',
      externalId: '3001',
      execution: {
        account: 'live:712345',
        position: '9001',
        side: 'buy',
        entry: 'out',
        symbol: '14',
        lots: '0.00015',
        profit: '12.5',
        commission: '-0.4',
        price: '1.099',
      },
    },
  ]);
  expect(tell(cash)).toEqual(cashOf('712345'));
});

const DEAL = {
  dealId: 9,
  orderId: 8,
  positionId: 7,
  volume: 100,
  filledVolume: 10_000_000,
  symbolId: 1,
  executionTimestamp: 1_719_828_600_000,
  executionPrice: 1.1,
  tradeSide: 1,
  dealStatus: 2,
  commission: 0,
  moneyDigits: 2,
};
const CLOSE = { entryPrice: 1, grossProfit: 100, swap: 0, commission: 0, balance: 1, moneyDigits: 2 };
const CASH = {
  operationType: 0,
  balanceHistoryId: 1,
  balance: 1,
  delta: 12345,
  changeBalanceTimestamp: 1_719_828_600_000,
  moneyDigits: 2,
};
const answer = (payloadType: number | string, payload: object): object => ({
  payloadType,
  payload: { ctidTraderAccountId: 500123, ...payload },
});
const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string'
      ? one
      : one.execution === undefined
        ? `${one.kind} ${one.amount} ${one.currency}`
        : `${one.execution.entry} ${one.execution.side} ${one.execution.lots} ${one.execution.closedLots ?? '-'}`,
  );

test.each([
  ['status by name', { dealStatus: 'PARTIALLY_FILLED' }, ['in buy 1 -']],
  ['a closed volume', { closePositionDetail: { ...CLOSE, closedVolume: 10_000_000 } }, ['out buy 1 1']],
  ['a close that does not tell its volume', { closePositionDetail: CLOSE }, ['out buy 1 -']],
  [
    'a reversal of a net position',
    { filledVolume: 30_000_000, closePositionDetail: { ...CLOSE, closedVolume: 10_000_000 } },
    ['inout buy 3 1'],
  ],
  ['null instead of a closing part', { closePositionDetail: null }, ['in buy 1 -']],
  ['a missed deal', { dealStatus: 7 }, ['ignored unwanted_status']],
  ['an unknown status', { dealStatus: 9 }, ['quarantined unknown_event']],
  ['a symbol without a lot size', { symbolId: 99 }, ['quarantined bad_quantity']],
  ['no account', { ctidTraderAccountId: undefined }, ['in buy 1 -']],
  ['money without its digits', { moneyDigits: undefined, commission: -40 }, ['quarantined bad_amount']],
  ['another side', { tradeSide: 3 }, ['quarantined bad_value']],
  ['no position', { positionId: 0 }, ['quarantined missing_field']],
  ['unknown fields', { brandNew: { a: 1 }, label: 'x' }, ['in buy 1 -']],
])('a deal with %s', (_name, fields, expected) => {
  expect(short(tell(answer(2134, { deal: [{ ...DEAL, ...fields }] })))).toEqual(expected);
});

test.each([
  ['by name', { operationType: 'BALANCE_WITHDRAW', delta: '-12345' }, ['withdrawal 123.45 USD']],
  ['with three digits', { moneyDigits: '3' }, ['deposit 12.345 USD']],
  ['of a partner', { operationType: 5 }, ['ignored agent_row']],
  ['of a partner, by name', { operationType: 'BALANCE_DEPOSIT_IB_COMMISSIONS' }, ['ignored agent_row']],
  ['a rebate', { operationType: 9 }, ['ignored balance_row']],
  ['a transfer, by name', { operationType: 'BALANCE_WITHDRAW_TRANSFER' }, ['ignored transfer_row']],
  ['negative balance protection', { operationType: 39 }, ['ignored compensation_row']],
  ['of an unknown type', { operationType: 77 }, ['quarantined unknown_event']],
  ['of zero', { delta: 0 }, ['quarantined bad_amount']],
  ['without its digits', { moneyDigits: null }, ['quarantined bad_amount']],
])('cash %s', (_name, fields, expected) => {
  expect(short(tell(answer(2144, { depositWithdraw: [{ ...CASH, ...fields }] })))).toEqual(expected);
});

test.each([
  [
    'an execution event',
    answer(2126, { executionType: 'ORDER_FILLED', deal: DEAL, isServerEvent: false }),
    ['in buy 1 -'],
  ],
  [
    'an execution event with names',
    answer('PROTO_OA_EXECUTION_EVENT', { executionType: 3, deal: DEAL }),
    ['in buy 1 -'],
  ],
  [
    'an execution event of a deposit',
    answer(2126, { executionType: 9, depositWithdraw: CASH }),
    ['deposit 123.45 USD'],
  ],
  [
    'an order that was accepted',
    answer(2126, { executionType: 2, order: { orderId: 1 } }),
    ['ignored unwanted_row'],
  ],
  [
    'a bonus',
    answer(2126, {
      executionType: 10,
      bonusDepositWithdraw: { operationType: 0, bonusHistoryId: 3, bonusDelta: 100 },
    }),
    ['ignored bonus_row'],
  ],
  ['no deals', answer(2134, { deal: [], hasMore: false }), ['empty no_data']],
  ['deals left out', answer(2134, { hasMore: false }), ['ignored unwanted_row']],
  ['an error', answer(2142, { errorCode: 'INCORRECT_BOUNDARIES' }), ['refused failed_answer']],
  ['a heartbeat', { payloadType: 51 }, ['empty no_data']],
  ['a bare deal', { ...DEAL, ctidTraderAccountId: 1 }, ['in buy 1 -']],
  ['a bare list', [{ ...DEAL, ctidTraderAccountId: 1 }, 'junk'], ['in buy 1 -', 'quarantined bad_format']],
])('%s', (_name, body, expected) => {
  expect(short(tell(body))).toEqual(expected);
});

test('a deal without an account belongs to the account of the setting, else it is quarantined', () => {
  expect(tell([DEAL], { account: '77' })).toMatchObject([
    { execution: { account: 'live:77' }, identifiers: [{ value: '77' }] },
  ]);
  expect(tell([DEAL])).toEqual(['quarantined bad_identifier']);
});

test('accounts have their own currency, and demo accounts are never counted', () => {
  const body = answer(2144, { depositWithdraw: [CASH] });
  expect(short(tell(body, { accounts: { '500123': 'EUR' } }))).toEqual(['deposit 123.45 EUR']);
  expect(short(tell(body, { demoAccounts: ['5001*'] }))).toEqual(['ignored demo_account']);
});

test('a filled telling is later than a partial one of the same deal', () => {
  const order = (dealStatus: unknown): string => {
    const mapped = mapWith(ctrader.document, SETTINGS, answer(2134, { deal: [{ ...DEAL, dealStatus }] }));
    return mapped.outcome === 'items' && mapped.items[0]?.outcome === 'event'
      ? (mapped.items[0].order.value ?? '')
      : '';
  };
  expect(order('FILLED') > order(3)).toBe(true);
});

test('an event with a deal and cash tells both', () => {
  expect(short(tell(answer(2126, { deal: DEAL, depositWithdraw: CASH })))).toEqual([
    'in buy 1 -',
    'deposit 123.45 USD',
  ]);
});
