import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { paypalPayouts } from './index.ts';

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
    title: 'an item that is SUCCESS',
    body: {
      id: 'WH-1',
      create_time: '2025-03-06T03:44:51Z',
      resource_type: 'payouts_item',
      event_type: 'PAYMENT.PAYOUTS-ITEM.SUCCEEDED',
      resource: {
        transaction_id: 'T1',
        payout_item_fee: { currency: 'USD', value: '0.25' },
        transaction_status: 'SUCCESS',
        time_processed: '2025-03-06T03:44:50Z',
        payout_item: {
          recipient_type: 'EMAIL',
          amount: { currency: 'USD', value: '1.0' },
          receiver: 'someone@example.test',
          sender_item_id: 'pay-7',
        },
        payout_item_id: 'I1',
        payout_batch_id: 'B1',
      },
    },
    gives: ['payout_status, I1, 1 USD, paid fee 0.25, 2025-03-06T03:44:50.000Z, for payout:pay-7'],
  },
  {
    title: 'an item that is UNCLAIMED',
    body: {
      id: 'WH-1',
      create_time: '2025-03-06T03:44:51Z',
      resource_type: 'payouts_item',
      event_type: 'PAYMENT.PAYOUTS-ITEM.UNCLAIMED',
      resource: {
        transaction_id: 'T1',
        payout_item_fee: { currency: 'USD', value: '0.25' },
        transaction_status: 'UNCLAIMED',
        time_processed: '2025-03-06T03:44:50Z',
        payout_item: {
          recipient_type: 'EMAIL',
          amount: { currency: 'USD', value: '1.0' },
          receiver: 'someone@example.test',
          sender_item_id: 'pay-7',
        },
        payout_item_id: 'I1',
        payout_batch_id: 'B1',
      },
    },
    gives: ['payout_status, I1, 1 USD, unclaimed fee 0.25, 2025-03-06T03:44:50.000Z, for payout:pay-7'],
  },
  {
    title: 'an item that is RETURNED',
    body: {
      id: 'WH-1',
      create_time: '2025-03-06T03:44:51Z',
      resource_type: 'payouts_item',
      event_type: 'PAYMENT.PAYOUTS-ITEM.RETURNED',
      resource: {
        transaction_id: 'T1',
        payout_item_fee: { currency: 'USD', value: '0.25' },
        transaction_status: 'RETURNED',
        time_processed: '2025-03-06T03:44:50Z',
        payout_item: {
          recipient_type: 'EMAIL',
          amount: { currency: 'USD', value: '1.0' },
          receiver: 'someone@example.test',
          sender_item_id: 'pay-7',
        },
        payout_item_id: 'I1',
        payout_batch_id: 'B1',
      },
    },
    gives: ['payout_status, I1, 1 USD, returned fee 0.25, 2025-03-06T03:44:50.000Z, for payout:pay-7'],
  },
  {
    title: 'an item that is FAILED',
    body: {
      id: 'WH-1',
      create_time: '2025-03-06T03:44:51Z',
      resource_type: 'payouts_item',
      event_type: 'PAYMENT.PAYOUTS-ITEM.FAILED',
      resource: {
        transaction_id: 'T1',
        payout_item_fee: { currency: 'USD', value: '0.25' },
        transaction_status: 'FAILED',
        time_processed: '2025-03-06T03:44:50Z',
        payout_item: {
          recipient_type: 'EMAIL',
          amount: { currency: 'USD', value: '1.0' },
          receiver: 'someone@example.test',
          sender_item_id: 'pay-7',
        },
        payout_item_id: 'I1',
        payout_batch_id: 'B1',
      },
    },
    gives: ['payout_status, I1, 1 USD, failed fee 0.25, 2025-03-06T03:44:50.000Z, for payout:pay-7'],
  },
  {
    title: 'an item that is BLOCKED',
    body: {
      id: 'WH-1',
      create_time: '2025-03-06T03:44:51Z',
      resource_type: 'payouts_item',
      event_type: 'PAYMENT.PAYOUTS-ITEM.BLOCKED',
      resource: {
        transaction_id: 'T1',
        payout_item_fee: { currency: 'USD', value: '0.25' },
        transaction_status: 'BLOCKED',
        time_processed: '2025-03-06T03:44:50Z',
        payout_item: {
          recipient_type: 'EMAIL',
          amount: { currency: 'USD', value: '1.0' },
          receiver: 'someone@example.test',
          sender_item_id: 'pay-7',
        },
        payout_item_id: 'I1',
        payout_batch_id: 'B1',
      },
    },
    gives: ['payout_status, I1, 1 USD, failed fee 0.25, 2025-03-06T03:44:50.000Z, for payout:pay-7'],
  },
  {
    title: 'an item that is ONHOLD',
    body: {
      id: 'WH-1',
      create_time: '2025-03-06T03:44:51Z',
      resource_type: 'payouts_item',
      event_type: 'PAYMENT.PAYOUTS-ITEM.HELD',
      resource: {
        transaction_id: 'T1',
        payout_item_fee: { currency: 'USD', value: '0.25' },
        transaction_status: 'ONHOLD',
        time_processed: '2025-03-06T03:44:50Z',
        payout_item: {
          recipient_type: 'EMAIL',
          amount: { currency: 'USD', value: '1.0' },
          receiver: 'someone@example.test',
          sender_item_id: 'pay-7',
        },
        payout_item_id: 'I1',
        payout_batch_id: 'B1',
      },
    },
    gives: ['payout_status, I1, 1 USD, processing fee 0.25, 2025-03-06T03:44:50.000Z, for payout:pay-7'],
  },
  {
    title: 'an item that is REFUNDED',
    body: {
      id: 'WH-1',
      create_time: '2025-03-06T03:44:51Z',
      resource_type: 'payouts_item',
      event_type: 'PAYMENT.PAYOUTS-ITEM.REFUNDED',
      resource: {
        transaction_id: 'T1',
        payout_item_fee: { currency: 'USD', value: '0.25' },
        transaction_status: 'REFUNDED',
        time_processed: '2025-03-06T03:44:50Z',
        payout_item: {
          recipient_type: 'EMAIL',
          amount: { currency: 'USD', value: '1.0' },
          receiver: 'someone@example.test',
          sender_item_id: 'pay-7',
        },
        payout_item_id: 'I1',
        payout_batch_id: 'B1',
      },
    },
    gives: ['payout_status, I1, 1 USD, returned fee 0.25, 2025-03-06T03:44:50.000Z, for payout:pay-7'],
  },
  {
    title: 'an item that is CANCELED',
    body: {
      id: 'WH-1',
      create_time: '2025-03-06T03:44:51Z',
      resource_type: 'payouts_item',
      event_type: 'PAYMENT.PAYOUTS-ITEM.CANCELED',
      resource: {
        transaction_id: 'T1',
        payout_item_fee: { currency: 'USD', value: '0.25' },
        transaction_status: 'CANCELED',
        time_processed: '2025-03-06T03:44:50Z',
        payout_item: {
          recipient_type: 'EMAIL',
          amount: { currency: 'USD', value: '1.0' },
          receiver: 'someone@example.test',
          sender_item_id: 'pay-7',
        },
        payout_item_id: 'I1',
        payout_batch_id: 'B1',
      },
    },
    gives: ['payout_status, I1, 1 USD, cancelled fee 0.25, 2025-03-06T03:44:50.000Z, for payout:pay-7'],
  },
  {
    title: 'a batch carries no item',
    body: {
      id: 'WH-2',
      create_time: '2025-03-06T03:44:51Z',
      event_type: 'PAYMENT.PAYOUTSBATCH.SUCCESS',
      resource: { batch_header: { payout_batch_id: 'B1' } },
    },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'a status that nobody knows waits for a mapping',
    body: {
      id: 'WH-1',
      create_time: '2025-03-06T03:44:51Z',
      resource_type: 'payouts_item',
      event_type: 'PAYMENT.PAYOUTS-ITEM.ODD',
      resource: {
        transaction_id: 'T1',
        payout_item_fee: { currency: 'USD', value: '0.25' },
        transaction_status: 'ODD',
        time_processed: '2025-03-06T03:44:50Z',
        payout_item: {
          recipient_type: 'EMAIL',
          amount: { currency: 'USD', value: '1.0' },
          receiver: 'someone@example.test',
          sender_item_id: 'pay-7',
        },
        payout_item_id: 'I1',
        payout_batch_id: 'B1',
      },
    },
    gives: ['quarantined unknown_status'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(paypalPayouts.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'paypal/webhook_payouts_item_succeeded.json',
    ['payout_status, AYNYWNCHBD8KS, 1 USD, paid fee 0.25, 2016-06-06T03:44:51.000Z, for payout:Item1'],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(paypalPayouts.document, {}, readSample(path)))).toEqual(gives);
  },
);
