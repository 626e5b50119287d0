import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Told } from '../../../test/support/presets.ts';
import { tradrapi } from './index.ts';

const tell = (body: unknown, settings: Record<string, string | string[]> = {}): Told[] =>
  tellAll(mapWith(tradrapi.document, { currency: 'USD', ...settings }, body));
const POSITION = {
  id: 'p-1',
  account_id: 'acc-1',
  symbol: 'EURUSD',
  side: 'buy',
  volume: '0.5',
  open_price: '1.1',
  opened_at: '2025-01-01T00:00:00Z',
  close_price: '1.2',
  closed_at: '2025-01-01T01:00:00Z',
  profit: '50',
};
const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string'
      ? one
      : one.execution === undefined
        ? `${one.kind} ${one.externalId} ${one.amount ?? one.link?.customerValue ?? one.part}`
        : `${one.execution.entry} ${one.execution.side} ${one.execution.lots} ${one.execution.account}`,
  );
const hook = (event: string, data: object): object => ({ event, data });

test.each([
  ['a closed position', hook('position', POSITION), ['in buy 0.5 main:acc-1', 'out sell 0.5 main:acc-1']],
  [
    'a closed position by its long name',
    hook('position.closed', { ...POSITION, volume: 0.5, side: 'BUY' }),
    ['in buy 0.5 main:acc-1', 'out sell 0.5 main:acc-1'],
  ],
  ['an open position', hook('position', { ...POSITION, closed_at: null }), ['in buy 0.5 main:acc-1']],
  [
    'a deposit',
    hook('balance_operation', {
      id: 'b-1',
      account_id: 'acc-1',
      type: 'deposit',
      amount: 100,
      created_at: '2025-01-01T00:00:00Z',
    }),
    ['deposit b-1 100'],
  ],
  [
    'a withdrawal',
    hook('balance_operation', {
      id: 'b-2',
      account_id: 'acc-1',
      type: 'withdrawal',
      amount: '-100',
      created_at: '2025-01-01T00:00:00Z',
    }),
    ['withdrawal b-2 100'],
  ],
  [
    'a correction',
    hook('balance_operation', { id: 'b-3', account_id: 'acc-1', type: 'correction', amount: 1 }),
    ['ignored balance_row'],
  ],
  [
    'an account',
    hook('account', { id: 'acc-1', user_id: 'u-1', created_at: '2025-01-01T00:00:00Z' }),
    ['identifier_link acc-1 u-1'],
  ],
  ['an order', hook('order', { id: 'o-1', account_id: 'acc-1' }), ['ignored unwanted_row']],
  [
    'a failed challenge',
    hook('challenge', { id: 'c-1', account_id: 'acc-1', status: 'failed' }),
    ['challenge_failed c-1 '],
  ],
  [
    'a new challenge',
    hook('challenge', { id: 'c-1', account_id: 'acc-1', status: 'active' }),
    ['ignored unwanted_row'],
  ],
  ['an unknown webhook', hook('party', {}), ['quarantined unknown_event']],
  ['a list', [hook('order', {}), null], ['ignored unwanted_row', 'quarantined bad_format']],
])('%s', (_name, body, expected) => {
  expect(short(tell(body))).toEqual(expected);
});

test('demo accounts are never counted', () => {
  expect(tell(hook('position', POSITION), { demoAccounts: ['acc-*'] })).toEqual(['ignored demo_account']);
});
