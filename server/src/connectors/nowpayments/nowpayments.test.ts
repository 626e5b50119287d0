import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { nowpayments } from './index.ts';

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
    title: 'a payout of ours',
    body: {
      id: '12',
      batch_withdrawal_id: '98',
      unique_external_id: 'pay-7',
      status: 'finished',
      currency: 'usdttrc20',
      amount: '50',
      updated_at: '2025-04-09T15:30:01.123Z',
    },
    gives: [
      'payout_status, 12, 50 USDT, paid, 2025-04-09T15:30:01.123Z, for payout:pay-7 nowpayments:withdrawal:12',
    ],
  },
  {
    title: 'the status in capitals',
    body: {
      id: '12',
      batch_withdrawal_id: '98',
      unique_external_id: 'pay-7',
      status: 'SENDING',
      currency: 'BTC',
      amount: '0.5',
      updated_at: '2025-04-09T15:30:01.123Z',
    },
    gives: [
      'payout_status, 12, 0.5 BTC, processing, 2025-04-09T15:30:01.123Z, for payout:pay-7 nowpayments:withdrawal:12',
    ],
  },
  {
    title: 'a payout that was rejected',
    body: {
      id: 12,
      batch_withdrawal_id: 98,
      status: 'Rejected',
      currency: 'eth',
      amount: 0.5,
      created_at: '2025-04-09T15:30:01.123Z',
    },
    gives: ['payout_status, 12, 0.5 ETH, failed, 2025-04-09T15:30:01.123Z, for nowpayments:withdrawal:12'],
  },
  {
    title: 'a payment of a customer that is finished',
    body: {
      payment_id: 5524759814,
      payment_status: 'finished',
      price_amount: 99.5,
      price_currency: 'usd',
      pay_amount: 0.002,
      pay_currency: 'btc',
      order_id: 'player-9',
      updated_at: 1719828000000,
    },
    gives: ['deposit, 5524759814, 99.5 USD, approved, 2024-07-01T10:00:00.000Z, for customer:player-9'],
  },
  {
    title: 'a payment that is still confirming',
    body: {
      payment_id: 5524759814,
      payment_status: 'confirming',
      price_amount: 99.5,
      price_currency: 'usd',
      order_id: 'player-9',
      created_at: '2025-04-09T15:30:01.123Z',
    },
    gives: ['unsettled, 5524759814, 99.5 USD, pending, 2025-04-09T15:30:01.123Z, for customer:player-9'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(nowpayments.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'nowpayments/ipn_payout_finished.json',
    [
      'payout_status, 123456789, 50 USDT, paid, 2025-04-09T15:30:01.123Z, for nowpayments:withdrawal:123456789',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(nowpayments.document, {}, readSample(path)))).toEqual(gives);
  },
);
