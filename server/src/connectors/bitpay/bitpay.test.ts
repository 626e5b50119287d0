import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { bitpay } from './index.ts';

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
    title: 'one payout in an answer',
    body: {
      facade: 'payout/payout',
      data: {
        id: 'P1',
        reference: 'pay-7',
        amount: 10,
        currency: 'USD',
        status: 'complete',
        requestDate: '2021-05-27T10:47:37.834Z',
        email: 'j@example.test',
        token: 'secret-token',
        dateExecuted: '2021-05-28T09:00:00.000Z',
        exchangeRates: { BTC: { USD: 39390.47 } },
      },
      status: 'success',
    },
    gives: ['payout_status, P1, 10 USD, paid, 2021-05-28T09:00:00.000Z, for payout:pay-7'],
  },
  {
    title: 'a list of payouts',
    body: {
      data: [
        {
          id: 'P1',
          reference: 'pay-7',
          amount: 10,
          currency: 'USD',
          status: 'new',
          requestDate: '2021-05-27T10:47:37.834Z',
          email: 'j@example.test',
          token: 'secret-token',
        },
        {
          id: 'P1',
          reference: 'pay-7',
          amount: 10,
          currency: 'USD',
          status: 'cancelled',
          requestDate: '2021-05-27T10:47:37.834Z',
          email: 'j@example.test',
          token: 'secret-token',
        },
      ],
    },
    gives: [
      'payout_status, P1, 10 USD, processing, 2021-05-27T10:47:37.834Z, for payout:pay-7',
      'payout_status, P1, 10 USD, cancelled, 2021-05-27T10:47:37.834Z, for payout:pay-7',
    ],
  },
  {
    title: 'a group that succeeded in part tells what was made',
    body: {
      created: [
        {
          id: 'P1',
          reference: 'pay-7',
          amount: 10,
          currency: 'USD',
          status: 'funded',
          requestDate: '2021-05-27T10:47:37.834Z',
          email: 'j@example.test',
          token: 'secret-token',
        },
      ],
      failed: [{ errMessage: 'no', payee: 'x@example.test' }],
    },
    gives: ['payout_status, P1, 10 USD, processing, 2021-05-27T10:47:37.834Z, for payout:pay-7'],
  },
  {
    title: 'amounts are floats and stay exact',
    body: {
      id: 'P1',
      reference: 'pay-7',
      amount: 10.05,
      currency: 'USD',
      status: 'processing',
      requestDate: '2021-05-27T10:47:37.834Z',
      email: 'j@example.test',
      token: 'secret-token',
    },
    gives: ['payout_status, P1, 10.05 USD, processing, 2021-05-27T10:47:37.834Z, for payout:pay-7'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(bitpay.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'bitpay/getPayoutResponse.json',
    [
      'payout_status, JMwv8wQCXANoU2ZZQ9a9GH, 10 USD, paid, 2021-05-27T09:00:00.000Z, for payout:payout_20210527',
    ],
  ],
  [
    'bitpay/createPayoutGroupResponse.json',
    [
      'payout_status, JMwv8wQCXANoU2ZZQ9a9GH, 10 USD, processing, 2021-05-27T10:47:37.834Z, for payout:payout_20210527',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(bitpay.document, {}, readSample(path)))).toEqual(gives);
  },
);
