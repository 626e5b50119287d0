import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { stripe } from './index.ts';

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
    title: 'a paid checkout registers and buys; tax stays out of the base',
    body: {
      id: 'evt_1',
      object: 'event',
      created: 1719828000,
      livemode: true,
      type: 'checkout.session.completed',
      data: {
        object: {
          id: 'cs_1',
          object: 'checkout.session',
          amount_subtotal: 34900,
          amount_total: 33610,
          client_reference_id: 'clk_1',
          created: 1719827900,
          currency: 'usd',
          customer: 'cus_1',
          livemode: true,
          metadata: { product: '50k' },
          payment_intent: 'pi_1',
          payment_status: 'paid',
          status: 'complete',
          total_details: { amount_discount: 3490, amount_shipping: 0, amount_tax: 2200 },
        },
      },
    },
    gives: [
      'registration, cs_1/registration, click clk_1, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:customer:cus_1 stripe:payment_intent:pi_1',
      'challenge_purchased, cs_1, 314.1 USD, approved, click clk_1, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:payment_intent:pi_1',
    ],
  },
  {
    title: 'an unpaid checkout is not settled',
    body: {
      id: 'evt_1',
      object: 'event',
      created: 1719828000,
      livemode: true,
      type: 'checkout.session.completed',
      data: {
        object: {
          id: 'cs_1',
          object: 'checkout.session',
          amount_subtotal: 34900,
          amount_total: 33610,
          client_reference_id: 'clk_1',
          created: 1719827900,
          currency: 'usd',
          customer: 'cus_1',
          livemode: true,
          metadata: { product: '50k' },
          payment_intent: 'pi_1',
          payment_status: 'unpaid',
          status: 'complete',
          total_details: { amount_discount: 3490, amount_shipping: 0, amount_tax: 2200 },
        },
      },
    },
    gives: [
      'unsettled, cs_1, 314.1 USD, pending, click clk_1, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:payment_intent:pi_1',
    ],
  },
  {
    title: 'the late success of an asynchronous payment settles it',
    body: {
      id: 'evt_1',
      object: 'event',
      created: 1719828000,
      livemode: true,
      type: 'checkout.session.async_payment_succeeded',
      data: {
        object: {
          id: 'cs_1',
          object: 'checkout.session',
          amount_subtotal: 34900,
          amount_total: 33610,
          client_reference_id: 'clk_1',
          created: 1719827900,
          currency: 'usd',
          customer: 'cus_1',
          livemode: true,
          metadata: { product: '50k' },
          payment_intent: 'pi_1',
          payment_status: 'paid',
          status: 'complete',
          total_details: { amount_discount: 3490, amount_shipping: 0, amount_tax: 2200 },
        },
      },
    },
    gives: [
      'registration, cs_1/registration, click clk_1, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:customer:cus_1 stripe:payment_intent:pi_1',
      'challenge_purchased, cs_1, 314.1 USD, approved, click clk_1, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:payment_intent:pi_1',
    ],
  },
  {
    title: 'its failure takes it back',
    body: {
      id: 'evt_1',
      object: 'event',
      created: 1719828000,
      livemode: true,
      type: 'checkout.session.async_payment_failed',
      data: {
        object: {
          id: 'cs_1',
          object: 'checkout.session',
          amount_subtotal: 34900,
          amount_total: 33610,
          client_reference_id: 'clk_1',
          created: 1719827900,
          currency: 'usd',
          customer: 'cus_1',
          livemode: true,
          metadata: { product: '50k' },
          payment_intent: 'pi_1',
          payment_status: 'unpaid',
          status: 'complete',
          total_details: { amount_discount: 3490, amount_shipping: 0, amount_tax: 2200 },
        },
      },
    },
    gives: [
      'unsettled, cs_1, 314.1 USD, declined, click clk_1, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:payment_intent:pi_1',
    ],
  },
  {
    title: 'a free purchase has the amount zero',
    body: {
      id: 'evt_1',
      object: 'event',
      created: 1719828000,
      livemode: true,
      type: 'checkout.session.completed',
      data: {
        object: {
          id: 'cs_1',
          object: 'checkout.session',
          amount_subtotal: 34900,
          amount_total: 0,
          client_reference_id: 'clk_1',
          created: 1719827900,
          currency: 'usd',
          customer: 'cus_1',
          livemode: true,
          metadata: { product: '50k' },
          payment_intent: 'pi_1',
          payment_status: 'no_payment_required',
          status: 'complete',
          total_details: null,
        },
      },
    },
    gives: [
      'registration, cs_1/registration, click clk_1, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:customer:cus_1 stripe:payment_intent:pi_1',
      'challenge_purchased, cs_1, 0 USD, approved, click clk_1, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:payment_intent:pi_1',
    ],
  },
  {
    title: 'a checkout in test mode is a test',
    body: {
      id: 'evt_1',
      object: 'event',
      created: 1719828000,
      livemode: false,
      type: 'checkout.session.completed',
      data: {
        object: {
          id: 'cs_1',
          object: 'checkout.session',
          amount_subtotal: 34900,
          amount_total: 33610,
          client_reference_id: 'clk_1',
          created: 1719827900,
          currency: 'usd',
          customer: 'cus_1',
          livemode: false,
          metadata: { product: '50k' },
          payment_intent: 'pi_1',
          payment_status: 'paid',
          status: 'complete',
          total_details: { amount_discount: 3490, amount_shipping: 0, amount_tax: 2200 },
        },
      },
    },
    gives: [
      'registration, cs_1/registration, click clk_1, test, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:customer:cus_1 stripe:payment_intent:pi_1',
      'challenge_purchased, cs_1, 314.1 USD, approved, click clk_1, test, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:payment_intent:pi_1',
    ],
  },
  {
    title: 'currencies without minor units',
    body: {
      id: 'evt_1',
      object: 'event',
      created: 1719828000,
      livemode: true,
      type: 'checkout.session.completed',
      data: {
        object: {
          id: 'cs_1',
          object: 'checkout.session',
          amount_subtotal: 34900,
          amount_total: 5000,
          client_reference_id: 'clk_1',
          created: 1719827900,
          currency: 'jpy',
          customer: 'cus_1',
          livemode: true,
          metadata: { product: '50k' },
          payment_intent: 'pi_1',
          payment_status: 'paid',
          status: 'complete',
          total_details: { amount_tax: 0 },
        },
      },
    },
    gives: [
      'registration, cs_1/registration, click clk_1, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:customer:cus_1 stripe:payment_intent:pi_1',
      'challenge_purchased, cs_1, 5000 JPY, approved, click clk_1, 2024-07-01T09:58:20.000Z, for customer:cus_1 stripe:payment_intent:pi_1',
    ],
  },
  {
    title: 'a dispute that says warning_needs_response',
    body: {
      object: 'dispute',
      id: 'dp_1',
      amount: 1000,
      charge: 'ch_1',
      payment_intent: 'pi_1',
      created: 1719828000,
      currency: 'usd',
      livemode: true,
      reason: 'general',
      status: 'warning_needs_response',
    },
    gives: [
      'unsettled, dp_1, 10 USD, pending, of pi_1, 2024-07-01T10:00:00.000Z, for stripe:payment_intent:pi_1 stripe:charge:ch_1',
    ],
  },
  {
    title: 'a dispute that says needs_response',
    body: {
      object: 'dispute',
      id: 'dp_1',
      amount: 1000,
      charge: 'ch_1',
      payment_intent: 'pi_1',
      created: 1719828000,
      currency: 'usd',
      livemode: true,
      reason: 'general',
      status: 'needs_response',
    },
    gives: [
      'chargeback, dp_1, 10 USD, approved, of pi_1, 2024-07-01T10:00:00.000Z, for stripe:payment_intent:pi_1 stripe:charge:ch_1',
    ],
  },
  {
    title: 'a dispute that says lost',
    body: {
      object: 'dispute',
      id: 'dp_1',
      amount: 1000,
      charge: 'ch_1',
      payment_intent: 'pi_1',
      created: 1719828000,
      currency: 'usd',
      livemode: true,
      reason: 'general',
      status: 'lost',
    },
    gives: [
      'chargeback, dp_1, 10 USD, approved, of pi_1, 2024-07-01T10:00:00.000Z, for stripe:payment_intent:pi_1 stripe:charge:ch_1',
    ],
  },
  {
    title: 'a dispute that says won',
    body: {
      object: 'dispute',
      id: 'dp_1',
      amount: 1000,
      charge: 'ch_1',
      payment_intent: 'pi_1',
      created: 1719828000,
      currency: 'usd',
      livemode: true,
      reason: 'general',
      status: 'won',
    },
    gives: [
      'unsettled, dp_1, 10 USD, declined, of pi_1, 2024-07-01T10:00:00.000Z, for stripe:payment_intent:pi_1 stripe:charge:ch_1',
    ],
  },
  {
    title: 'a dispute that says warning_closed',
    body: {
      object: 'dispute',
      id: 'dp_1',
      amount: 1000,
      charge: 'ch_1',
      payment_intent: 'pi_1',
      created: 1719828000,
      currency: 'usd',
      livemode: true,
      reason: 'general',
      status: 'warning_closed',
    },
    gives: [
      'unsettled, dp_1, 10 USD, declined, of pi_1, 2024-07-01T10:00:00.000Z, for stripe:payment_intent:pi_1 stripe:charge:ch_1',
    ],
  },
  {
    title: 'a dispute in its event',
    body: {
      id: 'evt_2',
      object: 'event',
      created: 1719829000,
      livemode: true,
      type: 'charge.dispute.created',
      data: {
        object: {
          object: 'dispute',
          id: 'dp_1',
          amount: 1000,
          charge: 'ch_1',
          payment_intent: 'pi_1',
          created: 1719828000,
          currency: 'usd',
          livemode: true,
          reason: 'general',
          status: 'needs_response',
        },
      },
    },
    gives: [
      'chargeback, dp_1, 10 USD, approved, of pi_1, 2024-07-01T10:00:00.000Z, for stripe:payment_intent:pi_1 stripe:charge:ch_1',
    ],
  },
  {
    title: 'a refund that is succeeded',
    body: {
      id: 're_1',
      object: 'refund',
      amount: 100,
      charge: 'ch_1',
      payment_intent: 'pi_1',
      created: 1719828000,
      currency: 'usd',
      status: 'succeeded',
    },
    gives: [
      'refund, re_1, 1 USD, approved, of pi_1, 2024-07-01T10:00:00.000Z, for stripe:payment_intent:pi_1 stripe:charge:ch_1',
    ],
  },
  {
    title: 'a refund that is pending',
    body: {
      id: 're_1',
      object: 'refund',
      amount: 100,
      charge: 'ch_1',
      payment_intent: 'pi_1',
      created: 1719828000,
      currency: 'usd',
      status: 'pending',
    },
    gives: [
      'unsettled, re_1, 1 USD, pending, of pi_1, 2024-07-01T10:00:00.000Z, for stripe:payment_intent:pi_1 stripe:charge:ch_1',
    ],
  },
  {
    title: 'a refund that is failed',
    body: {
      id: 're_1',
      object: 'refund',
      amount: 100,
      charge: 'ch_1',
      payment_intent: 'pi_1',
      created: 1719828000,
      currency: 'usd',
      status: 'failed',
    },
    gives: [
      'unsettled, re_1, 1 USD, declined, of pi_1, 2024-07-01T10:00:00.000Z, for stripe:payment_intent:pi_1 stripe:charge:ch_1',
    ],
  },
  {
    title: 'a list as the API answers it',
    body: {
      object: 'list',
      data: [
        {
          id: 're_1',
          object: 'refund',
          amount: 100,
          charge: 'ch_1',
          payment_intent: 'pi_1',
          created: 1719828000,
          currency: 'usd',
          status: 'succeeded',
        },
      ],
      has_more: false,
      url: '/v1/refunds',
    },
    gives: [
      'refund, re_1, 1 USD, approved, of pi_1, 2024-07-01T10:00:00.000Z, for stripe:payment_intent:pi_1 stripe:charge:ch_1',
    ],
  },
  {
    title: 'the running total of a charge is left to the refund objects',
    body: {
      id: 'evt_3',
      object: 'event',
      created: 1719829000,
      livemode: true,
      type: 'charge.refunded',
      data: {
        object: {
          id: 'ch_1',
          object: 'charge',
          amount: 1000,
          amount_refunded: 300,
          currency: 'usd',
          payment_intent: 'pi_1',
          livemode: true,
        },
      },
    },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'or tells the refunds itself, when the setting says so',
    body: {
      id: 'evt_3',
      object: 'event',
      created: 1719829000,
      livemode: true,
      type: 'charge.refunded',
      data: {
        object: {
          id: 'ch_1',
          object: 'charge',
          amount: 1000,
          amount_refunded: 300,
          currency: 'usd',
          payment_intent: 'pi_1',
          livemode: true,
        },
      },
    },
    settings: { refundsFrom: 'charges' },
    gives: [
      'refund, ch_1/refunds, 3 USD, approved, of pi_1, 2024-07-01T10:16:40.000Z, for stripe:payment_intent:pi_1 stripe:charge:ch_1',
    ],
  },
  {
    title: 'a refund object is then left out',
    body: {
      id: 're_1',
      object: 'refund',
      amount: 100,
      charge: 'ch_1',
      payment_intent: 'pi_1',
      created: 1719828000,
      currency: 'usd',
      status: 'succeeded',
    },
    settings: { refundsFrom: 'charges' },
    gives: ['ignored unwanted_row'],
  },
  {
    title: 'a transfer to a partner',
    body: {
      id: 'tr_1',
      object: 'transfer',
      amount: 1100,
      amount_reversed: 0,
      created: 1719828000,
      currency: 'usd',
      destination: 'acct_1',
      livemode: true,
      metadata: { payout_id: 'pay-7' },
      reversed: false,
    },
    gives: [
      'payout_status, tr_1, 11 USD, paid, 2024-07-01T10:00:00.000Z, for payout:pay-7 stripe:transfer:tr_1',
    ],
  },
  {
    title: 'a transfer that was reversed',
    body: {
      id: 'tr_1',
      object: 'transfer',
      amount: 1100,
      amount_reversed: 1100,
      created: 1719828000,
      currency: 'usd',
      livemode: true,
      metadata: { payout_id: 'pay-7' },
      reversed: true,
    },
    gives: [
      'payout_status, tr_1, 11 USD, reversed, 2024-07-01T10:00:00.000Z, for payout:pay-7 stripe:transfer:tr_1',
    ],
  },
  {
    title: 'a payout to a bank that failed',
    body: {
      id: 'evt_4',
      object: 'event',
      created: 1719829000,
      livemode: true,
      type: 'payout.failed',
      data: {
        object: {
          id: 'po_1',
          object: 'payout',
          amount: 1100,
          currency: 'usd',
          status: 'failed',
          livemode: true,
          created: 1719828000,
          metadata: { payout_id: 'pay-7' },
        },
      },
    },
    gives: [
      'payout_status, po_1, 11 USD, failed, 2024-07-01T10:16:40.000Z, for payout:pay-7 stripe:payout:po_1',
    ],
  },
  {
    title: 'another object tells nothing',
    body: {
      id: 'evt_5',
      object: 'event',
      created: 1719829000,
      livemode: true,
      type: 'customer.created',
      data: { object: { id: 'cus_1', object: 'customer', email: 'a@example.test' } },
    },
    gives: ['ignored unwanted_row'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(stripe.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'stripe/event_checkout_session_completed.json',
    [
      'registration, cs_test_a1B2c3D4/registration, click clk_01J1ZK7Y2T, SG, test, 2024-07-01T09:58:20.000Z, for customer:stripe:cs_test_a1B2c3D4 stripe:payment_intent:pi_3PTEST',
      'challenge_purchased, cs_test_a1B2c3D4, 314.1 USD, approved, click clk_01J1ZK7Y2T, test, 2024-07-01T09:58:20.000Z, for customer:stripe:cs_test_a1B2c3D4 stripe:payment_intent:pi_3PTEST',
    ],
  ],
  [
    'stripe/dispute.json',
    [
      'unsettled, dp_1Pgc71B7WZ01zgkWMevJiAUx, 10 USD, pending, of ch_1PgafuB7WZ01zgkWXYmPNZs8, test, 2009-02-13T23:31:30.000Z, for stripe:charge:ch_1PgafuB7WZ01zgkWXYmPNZs8',
    ],
  ],
  [
    'stripe/refund.json',
    [
      'refund, re_1Pgc72B7WZ01zgkWqPvrRrPE, 1 USD, approved, of ch_1PgafuB7WZ01zgkWXYmPNZs8, 2009-02-13T23:31:30.000Z, for stripe:charge:ch_1PgafuB7WZ01zgkWXYmPNZs8',
    ],
  ],
  [
    'stripe/transfer.json',
    [
      'payout_status, tr_1Pgc7BB7WZ01zgkWVJfE40RX, 11 USD, paid, test, 2009-02-13T23:31:30.000Z, for stripe:transfer:tr_1Pgc7BB7WZ01zgkWVJfE40RX',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(stripe.document, {}, readSample(path)))).toEqual(gives);
  },
);
