import { expect, test } from 'vitest';
import { mapWith, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { skrill } from './index.ts';

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
    title: "a payment that was processed: ours is booked, not their wallet's",
    body: 'pay_to_email=m%40example.test&transaction_id=o1&mb_transaction_id=200234&mb_amount=55.10&mb_currency=USD&amount=50.00&currency=EUR&status=2&customer_id=93&merchant_customer_id=771&md5sig=ABC',
    delivered: { contentType: 'application/x-www-form-urlencoded' },
    gives: ['deposit, 200234, 50 EUR, approved, at receipt, for customer:771 skrill:customer:93'],
  },
  {
    title: 'a payment that was pending is not settled',
    body: 'pay_to_email=m%40example.test&transaction_id=o1&mb_transaction_id=200234&mb_amount=55.10&mb_currency=USD&amount=50.00&currency=EUR&status=0&customer_id=93&merchant_customer_id=771&md5sig=ABC',
    delivered: { contentType: 'application/x-www-form-urlencoded' },
    gives: ['unsettled, 200234, 50 EUR, pending, at receipt, for customer:771 skrill:customer:93'],
  },
  {
    title: 'a payment that was failed is not settled',
    body: 'pay_to_email=m%40example.test&transaction_id=o1&mb_transaction_id=200234&mb_amount=55.10&mb_currency=USD&amount=50.00&currency=EUR&status=-2&customer_id=93&merchant_customer_id=771&md5sig=ABC',
    delivered: { contentType: 'application/x-www-form-urlencoded' },
    gives: ['unsettled, 200234, 50 EUR, declined, at receipt, for customer:771 skrill:customer:93'],
  },
  {
    title: 'a payment that was charged back stays, and is taken back',
    body: 'pay_to_email=m%40example.test&transaction_id=o1&mb_transaction_id=200234&mb_amount=55.10&mb_currency=USD&amount=50.00&currency=EUR&status=-3&customer_id=93&merchant_customer_id=771&md5sig=ABC',
    delivered: { contentType: 'application/x-www-form-urlencoded' },
    gives: [
      'deposit, 200234, 50 EUR, approved, at receipt, for customer:771 skrill:customer:93',
      'chargeback, 200234/chargeback, 50 EUR, approved, of o1, at receipt, for customer:771 skrill:customer:93',
    ],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(skrill.document, settings, body, delivered))).toEqual(gives);
});
