import { expect, test } from 'vitest';
import { mapWith, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { praxis } from './index.ts';

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
    title: 'a sale that was approved: minor units',
    body: {
      merchant_id: 'm',
      application_key: 'a',
      customer: { customer_token: 'tok' },
      session: { order_id: 'o1', cid: '771' },
      transaction: {
        tid: 123,
        transaction_type: 'sale',
        transaction_status: 'approved',
        amount: 5000,
        currency: 'EUR',
        processed_at: 1719828000,
        payment_method: 'Credit Card',
      },
      version: '1.3',
      timestamp: 1719828001,
    },
    gives: ['deposit, 123, 50 EUR, approved, 2024-07-01T10:00:00.000Z, for customer:771 praxis:customer:tok'],
  },
  {
    title: 'a sale that was initialized is not settled',
    body: {
      merchant_id: 'm',
      application_key: 'a',
      customer: { customer_token: 'tok' },
      session: { order_id: 'o1', cid: '771' },
      transaction: {
        tid: 123,
        transaction_type: 'sale',
        transaction_status: 'initialized',
        amount: 5000,
        currency: 'EUR',
        processed_at: 1719828000,
        payment_method: 'Credit Card',
      },
      version: '1.3',
      timestamp: 1719828001,
    },
    gives: [
      'unsettled, 123, 50 EUR, pending, 2024-07-01T10:00:00.000Z, for customer:771 praxis:customer:tok',
    ],
  },
  {
    title: 'the same tid charged back: the deposit stays, and is taken back',
    body: {
      merchant_id: 'm',
      application_key: 'a',
      customer: { customer_token: 'tok' },
      session: { order_id: 'o1', cid: '771' },
      transaction: {
        tid: 123,
        transaction_type: 'sale',
        transaction_status: 'chargeback',
        amount: 5000,
        currency: 'EUR',
        processed_at: 1719828000,
        payment_method: 'Credit Card',
      },
      version: '1.3',
      timestamp: 1719828001,
    },
    gives: [
      'deposit, 123, 50 EUR, approved, 2024-07-01T10:00:00.000Z, for customer:771 praxis:customer:tok',
      'chargeback, 123/chargeback, 50 EUR, approved, of o1, 2024-07-01T10:00:00.000Z, for customer:771 praxis:customer:tok',
    ],
  },
  {
    title: 'a payout is a withdrawal of the customer',
    body: {
      merchant_id: 'm',
      application_key: 'a',
      customer: { customer_token: 'tok' },
      session: { order_id: 'o1', cid: '771' },
      transaction: {
        tid: 123,
        transaction_type: 'payout',
        transaction_status: 'approved',
        amount: 5000,
        currency: 'EUR',
        processed_at: 1719828000,
        payment_method: 'Credit Card',
      },
      version: '1.3',
      timestamp: 1719828001,
    },
    gives: [
      'withdrawal, 123, 50 EUR, approved, 2024-07-01T10:00:00.000Z, for customer:771 praxis:customer:tok',
    ],
  },
  {
    title: 'the same tid refunded',
    body: {
      merchant_id: 'm',
      application_key: 'a',
      customer: { customer_token: 'tok' },
      session: { order_id: 'o1', cid: '771' },
      transaction: {
        tid: 123,
        transaction_type: 'sale',
        transaction_status: 'refund',
        amount: 5000,
        currency: 'EUR',
        processed_at: 1719828000,
        payment_method: 'Credit Card',
      },
      version: '1.3',
      timestamp: 1719828001,
    },
    gives: [
      'deposit, 123, 50 EUR, approved, 2024-07-01T10:00:00.000Z, for customer:771 praxis:customer:tok',
      'refund, 123/refund, 50 EUR, approved, of o1, 2024-07-01T10:00:00.000Z, for customer:771 praxis:customer:tok',
    ],
  },
  {
    title: 'a payout in progress',
    body: {
      merchant_id: 'm',
      application_key: 'a',
      customer: { customer_token: 'tok' },
      session: { order_id: 'o1', cid: '771' },
      transaction: {
        tid: 123,
        transaction_type: 'payout',
        transaction_status: 'in progress',
        amount: 5000,
        currency: 'EUR',
        processed_at: 1719828000,
        payment_method: 'Credit Card',
      },
      version: '1.3',
      timestamp: 1719828001,
    },
    gives: [
      'unsettled, 123, 50 EUR, pending, 2024-07-01T10:00:00.000Z, for customer:771 praxis:customer:tok',
    ],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(praxis.document, settings, body, delivered))).toEqual(gives);
});
