import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { coinspaid } from './index.ts';

/** A payload of our own in the vendor's shape, and what it tells; one line per item. */
interface Case {
  readonly title: string;
  readonly body: unknown;
  readonly settings?: SourceSettings;
  readonly delivered?: Delivered;
  readonly gives: readonly string[];
}

const CASES: readonly Case[] = [
  {
    title: 'a withdrawal that is confirmed',
    body: {
      id: 1,
      foreign_id: 'pay-7',
      type: 'withdrawal',
      currency_sent: { currency: 'BTC', amount: '0.02000000' },
      currency_received: { currency: 'BTC', amount: '0.02' },
      transactions: [{ txid: 'abc', amount: '0.02', confirmations: 3 }],
      fees: [
        { type: 'mining', currency: 'BTC', amount: '0.00007402' },
        { type: 'withdrawal', currency: 'BTC', amount: '0.00002' },
      ],
      error: '',
      status: 'confirmed',
    },
    gives: ['payout_status, 1, 0.02 BTC, paid fee 0.00002, at receipt, for payout:pay-7'],
  },
  {
    title: 'a withdrawal on its way',
    body: {
      id: 1,
      foreign_id: 'pay-7',
      type: 'withdrawal',
      currency_sent: { currency: 'BTC', amount: '0.02000000' },
      currency_received: { currency: 'BTC', amount: '0.02' },
      transactions: [{ txid: 'abc', amount: '0.02', confirmations: 3 }],
      fees: [
        { type: 'mining', currency: 'BTC', amount: '0.00007402' },
        { type: 'withdrawal', currency: 'BTC', amount: '0.00002' },
      ],
      error: '',
      status: 'processing',
    },
    gives: ['payout_status, 1, 0.02 BTC, processing fee 0.00002, at receipt, for payout:pay-7'],
  },
  {
    title: 'a withdrawal that was cancelled',
    body: {
      id: 1,
      foreign_id: 'pay-7',
      type: 'withdrawal',
      currency_sent: { currency: 'BTC', amount: '0.02000000' },
      currency_received: { currency: 'BTC', amount: '0.02' },
      transactions: [],
      fees: [],
      error: '',
      status: 'cancelled',
    },
    gives: ['payout_status, 1, 0.02 BTC, cancelled, at receipt, for payout:pay-7'],
  },
  {
    title: 'a deposit of a customer counts what was received',
    body: {
      id: 99,
      type: 'deposit_exchange',
      crypto_address: { id: 3, currency: 'BTC', foreign_id: 'player-9' },
      currency_sent: { currency: 'BTC', amount: '0.01' },
      currency_received: { currency: 'EUR', amount: '400.50', amount_minus_fee: '398' },
      fees: [],
      status: 'confirmed',
      timestamp: 1719828000,
    },
    gives: ['deposit, 99, 400.5 EUR, approved, 2024-07-01T10:00:00.000Z, for customer:player-9'],
  },
  {
    title: 'a deposit that is not confirmed is not settled',
    body: {
      id: 99,
      type: 'deposit',
      crypto_address: { foreign_id: 'player-9' },
      currency_received: { currency: 'BTC', amount: '0.01' },
      status: 'not_confirmed',
      timestamp: 1719828000,
    },
    gives: ['unsettled, 99, 0.01 BTC, pending, 2024-07-01T10:00:00.000Z, for customer:player-9'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(coinspaid.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'coinspaid/callback_withdrawal_btc.json',
    ['payout_status, 1, 0.02 BTC, paid fee 0.00002, at receipt, for payout:10'],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(coinspaid.document, {}, readSample(path)))).toEqual(gives);
  },
);
