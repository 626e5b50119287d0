import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Told } from '../../../test/support/presets.ts';
import { mt5Proxy } from './index.ts';

const SETTINGS = { server: 'live-1', zone: 'Europe/Athens' };
const tell = (body: unknown, settings: object = {}): Told[] =>
  tellAll(mapWith(mt5Proxy.document, { ...SETTINGS, ...settings }, body));
const DEAL = {
  deal: 900,
  login: 764636,
  order: 800,
  action: 0,
  entry: 0,
  reason: 0,
  symbol: 'EURUSD',
  volume: 1.5,
  price: 1.07215,
  contractSize: 100000,
  profit: 0,
  storage: 0,
  commission: -5.25,
  positionId: 700,
  comment: '',
  time: '2024-07-01T10:10:05Z',
  timeMsc: 1_719_828_600_101,
};

test('volume is lots already, and of two times that disagree the finer one of the server counts', () => {
  expect(tell({ deals: [DEAL] })).toEqual([
    {
      kind: 'execution',
      recordType: 'deal',
      externalId: '900',
      part: '',
      occurredAt: '2024-07-01T07:10:00.101Z',
      rawTime: '1719828600101',
      identifiers: [{ namespace: 'mt5:live-1', value: '764636' }],
      execution: {
        account: 'live-1:764636',
        position: '700',
        order: '800',
        side: 'buy',
        entry: 'in',
        symbol: 'EURUSD',
        lots: '1.5',
        price: '1.07215',
        contractSize: '100000',
        profit: '0',
        commission: '-5.25',
        swap: '0',
        service: false,
        cancelled: false,
        rawReason: '0',
      },
    },
  ]);
});

const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string'
      ? one
      : `${one.kind} ${one.occurredAt} ${one.execution?.entry ?? one.amount} ${one.execution?.side ?? one.currency} ${one.execution?.lots ?? ''} ${one.execution?.service === true ? 'service' : ''}`.trim(),
  );
const AT = '2024-07-01T07:10:00.101Z';
test.each([
  [
    'names of enums',
    { action: 'DEAL_TYPE_SELL', entry: 'DEAL_ENTRY_OUT', reason: 'DEAL_REASON_CLIENT', volume: '0.50' },
    `execution ${AT} out sell 0.5`,
  ],
  ['only an ISO time with its offset', { timeMsc: null }, 'execution 2024-07-01T10:10:05.000Z in buy 1.5'],
  [
    'only an ISO time without an offset',
    { timeMsc: undefined, time: '2024-07-01T10:10:05' },
    'execution 2024-07-01T07:10:05.000Z in buy 1.5',
  ],
  ['a time in seconds', { timeMsc: 0, time: 1_719_828_605 }, 'execution 2024-07-01T07:10:05.000Z in buy 1.5'],
  ['a service row', { reason: 'DEAL_REASON_ROLLOVER' }, `execution ${AT} in buy 1.5 service`],
  ['a reversal', { entry: 'INOUT', volumeClosed: 0.5 }, `execution ${AT} inout buy 1.5`],
  ['a reversal without its closed part', { entry: 2 }, 'quarantined missing_field'],
  ['a balance row', { action: 'DEAL_TYPE_BALANCE' }, 'ignored balance_row'],
  ['a credit', { action: 3 }, 'ignored credit_row'],
  ['an agent row', { action: 'AGENT' }, 'ignored agent_row'],
  ['a correction', { action: '5' }, 'ignored correction_row'],
  ['an unknown action', { action: 99 }, 'quarantined unknown_event'],
  ['a group of demo accounts', { group: 'demo\\standard' }, 'ignored demo_account'],
  ['no position', { positionId: 0 }, 'quarantined missing_field'],
  ['no time', { time: null, timeMsc: null }, 'quarantined bad_time'],
  ['no login', { login: null }, 'quarantined bad_identifier'],
])('%s', (_name, fields, expected) => {
  expect(short(tell([{ ...DEAL, ...fields }]))).toEqual([expected]);
});

test('a cancelled deal has the key of the live one, and is later', () => {
  const item = (action: unknown) => {
    const mapped = mapWith(mt5Proxy.document, SETTINGS, {
      ...DEAL,
      action,
      ...(action === 13 ? { volume: 0 } : {}),
    });
    return mapped.outcome === 'items' && mapped.items[0]?.outcome === 'event' ? mapped.items[0] : undefined;
  };
  expect(item(13)?.event).toMatchObject({
    externalId: '900',
    execution: { cancelled: true, lots: '0', side: 'buy' },
  });
  expect((item(13)?.order.value ?? '') > (item(0)?.order.value ?? '~')).toBe(true);
});

test.each([
  ['an answer with a code', { retcode: '0 Done', answer: [DEAL] }, 1],
  ['a page', { data: { deals: [DEAL, DEAL] }, total: 2 }, 2],
  ['data as a list', { data: [DEAL], next: null }, 1],
  ['one deal', DEAL, 1],
])('%s is read', (_name, body, count) => {
  expect(tell(body)).toEqual(Array.from({ length: count }, () => tell(DEAL)[0]));
});

test('an error tells no row', () => {
  expect(tell({ retcode: '13 Not found' })).toEqual(['empty no_data']);
  expect(tell({ retcode: '8 No permissions' })).toEqual(['refused failed_answer']);
});

test('cent accounts and deposits by comment', () => {
  expect(tell(DEAL, { accounts: { '764636': 'USC' } })).toMatchObject([
    { execution: { lots: '0.015', commission: '-0.0525' } },
  ]);
  const cash = { ...DEAL, action: 2, comment: 'DEPOSIT #88231', profit: 1000, volume: 0 };
  expect(tell(cash, { depositComments: ['DEPOSIT*'], currency: 'USD' })).toMatchObject([
    { kind: 'deposit', amount: '1000', currency: 'USD', transactionId: '88231' },
  ]);
});
