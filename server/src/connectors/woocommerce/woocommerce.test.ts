import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { woocommerce } from './index.ts';

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
    title: 'a paid order registers and buys; shipping and tax stay out of the base',
    body: {
      id: 727,
      order_key: 'wc_order_1',
      status: 'processing',
      currency: 'USD',
      date_created_gmt: '2017-03-22T19:28:02',
      date_modified_gmt: '2017-03-22T19:28:08',
      date_paid_gmt: '2017-03-22T19:28:08',
      discount_total: '5.00',
      shipping_total: '10.00',
      total: '29.35',
      total_tax: '1.35',
      customer_id: 12,
      billing: { country: 'US', email: 'j@example.test', first_name: 'J' },
      coupon_lines: [{ id: 1, code: 'ANN10' }],
      meta_data: [{ id: 1, key: 'click_id', value: 'clk_1' }],
      line_items: [{ id: 315, name: 'A &amp; B', sku: '50k', price: 3 }],
    },
    settings: { currency: 'USD' },
    gives: [
      'registration, 727/registration, click clk_1, code ANN10, US, 2017-03-22T19:28:02.000Z, for customer:woo:12 order:727',
      'challenge_purchased, 727, 18 USD, approved, click clk_1, code ANN10, 2017-03-22T19:28:08.000Z, for customer:woo:12 order:727',
    ],
  },
  {
    title: 'a completed order is the same fact',
    body: {
      id: 727,
      order_key: 'wc_order_1',
      status: 'completed',
      currency: 'USD',
      date_created_gmt: '2017-03-22T19:28:02',
      date_modified_gmt: '2017-03-22T19:28:08',
      date_paid_gmt: '2017-03-22T19:28:08',
      discount_total: '5.00',
      shipping_total: '10.00',
      total: '29.35',
      total_tax: '1.35',
      customer_id: 12,
      billing: { country: 'US', email: 'j@example.test', first_name: 'J' },
      coupon_lines: [{ id: 1, code: 'ANN10' }],
      meta_data: [{ id: 1, key: 'click_id', value: 'clk_1' }],
      line_items: [{ id: 315, name: 'A &amp; B', sku: '50k', price: 3 }],
    },
    settings: { currency: 'USD' },
    gives: [
      'registration, 727/registration, click clk_1, code ANN10, US, 2017-03-22T19:28:02.000Z, for customer:woo:12 order:727',
      'challenge_purchased, 727, 18 USD, approved, click clk_1, code ANN10, 2017-03-22T19:28:08.000Z, for customer:woo:12 order:727',
    ],
  },
  {
    title: 'an order that waits for its payment is not settled, and registers nobody',
    body: {
      id: 727,
      order_key: 'wc_order_1',
      status: 'on-hold',
      currency: 'USD',
      date_created_gmt: '2017-03-22T19:28:02',
      date_modified_gmt: '2017-03-22T19:28:08',
      date_paid_gmt: null,
      discount_total: '5.00',
      shipping_total: '10.00',
      total: '29.35',
      total_tax: '1.35',
      customer_id: 12,
      billing: { country: 'US', email: 'j@example.test', first_name: 'J' },
      coupon_lines: [{ id: 1, code: 'ANN10' }],
      meta_data: [{ id: 1, key: 'click_id', value: 'clk_1' }],
      line_items: [{ id: 315, name: 'A &amp; B', sku: '50k', price: 3 }],
    },
    settings: { currency: 'USD' },
    gives: [
      'unsettled, 727, 18 USD, pending, click clk_1, code ANN10, 2017-03-22T19:28:02.000Z, for customer:woo:12 order:727',
    ],
  },
  {
    title: 'a failed order is not settled',
    body: {
      id: 727,
      order_key: 'wc_order_1',
      status: 'failed',
      currency: 'USD',
      date_created_gmt: '2017-03-22T19:28:02',
      date_modified_gmt: '2017-03-22T19:28:08',
      date_paid_gmt: null,
      discount_total: '5.00',
      shipping_total: '10.00',
      total: '29.35',
      total_tax: '1.35',
      customer_id: 12,
      billing: { country: 'US', email: 'j@example.test', first_name: 'J' },
      coupon_lines: [{ id: 1, code: 'ANN10' }],
      meta_data: [{ id: 1, key: 'click_id', value: 'clk_1' }],
      line_items: [{ id: 315, name: 'A &amp; B', sku: '50k', price: 3 }],
    },
    settings: { currency: 'USD' },
    gives: [
      'unsettled, 727, 18 USD, declined, click clk_1, code ANN10, 2017-03-22T19:28:02.000Z, for customer:woo:12 order:727',
    ],
  },
  {
    title: 'a refunded order is taken back',
    body: {
      id: 727,
      order_key: 'wc_order_1',
      status: 'refunded',
      currency: 'USD',
      date_created_gmt: '2017-03-22T19:28:02',
      date_modified_gmt: '2017-03-22T19:28:08',
      date_paid_gmt: '2017-03-22T19:28:08',
      discount_total: '5.00',
      shipping_total: '10.00',
      total: '29.35',
      total_tax: '1.35',
      customer_id: 12,
      billing: { country: 'US', email: 'j@example.test', first_name: 'J' },
      coupon_lines: [{ id: 1, code: 'ANN10' }],
      meta_data: [{ id: 1, key: 'click_id', value: 'clk_1' }],
      line_items: [{ id: 315, name: 'A &amp; B', sku: '50k', price: 3 }],
    },
    settings: { currency: 'USD' },
    gives: [
      'registration, 727/registration, click clk_1, code ANN10, US, 2017-03-22T19:28:02.000Z, for customer:woo:12 order:727',
      'unsettled, 727, 18 USD, declined, click clk_1, code ANN10, 2017-03-22T19:28:08.000Z, for customer:woo:12 order:727',
    ],
  },
  {
    title: 'a guest is known by the order',
    body: {
      id: 727,
      order_key: 'wc_order_1',
      status: 'processing',
      currency: 'USD',
      date_created_gmt: '2017-03-22T19:28:02',
      date_modified_gmt: '2017-03-22T19:28:08',
      date_paid_gmt: '2017-03-22T19:28:08',
      discount_total: '5.00',
      shipping_total: '10.00',
      total: '29.35',
      total_tax: '1.35',
      customer_id: 0,
      billing: { country: 'US', email: 'j@example.test', first_name: 'J' },
      coupon_lines: [{ id: 1, code: 'ANN10' }],
      meta_data: [{ id: 1, key: 'click_id', value: 'clk_1' }],
      line_items: [{ id: 315, name: 'A &amp; B', sku: '50k', price: 3 }],
    },
    settings: { currency: 'USD' },
    gives: [
      'registration, 727/registration, click clk_1, code ANN10, US, 2017-03-22T19:28:02.000Z, for customer:order:727 order:727',
      'challenge_purchased, 727, 18 USD, approved, click clk_1, code ANN10, 2017-03-22T19:28:08.000Z, for customer:order:727 order:727',
    ],
  },
  {
    title: 'the shop may name our customer',
    body: {
      id: 727,
      order_key: 'wc_order_1',
      status: 'processing',
      currency: 'USD',
      date_created_gmt: '2017-03-22T19:28:02',
      date_modified_gmt: '2017-03-22T19:28:08',
      date_paid_gmt: '2017-03-22T19:28:08',
      discount_total: '5.00',
      shipping_total: '10.00',
      total: '29.35',
      total_tax: '1.35',
      customer_id: 12,
      billing: { country: 'US', email: 'j@example.test', first_name: 'J' },
      coupon_lines: [{ id: 1, code: 'ANN10' }],
      meta_data: [{ key: 'customer_id', value: 'C-9' }],
      line_items: [{ id: 315, name: 'A &amp; B', sku: '50k', price: 3 }],
    },
    settings: { currency: 'USD' },
    gives: [
      'registration, 727/registration, code ANN10, US, 2017-03-22T19:28:02.000Z, for customer:C-9 order:727',
      'challenge_purchased, 727, 18 USD, approved, code ANN10, 2017-03-22T19:28:08.000Z, for customer:C-9 order:727',
    ],
  },
  {
    title: 'a list of orders',
    body: [
      {
        id: 727,
        order_key: 'wc_order_1',
        status: 'processing',
        currency: 'USD',
        date_created_gmt: '2017-03-22T19:28:02',
        date_modified_gmt: '2017-03-22T19:28:08',
        date_paid_gmt: '2017-03-22T19:28:08',
        discount_total: '5.00',
        shipping_total: '10.00',
        total: '29.35',
        total_tax: '1.35',
        customer_id: 12,
        billing: { country: 'US', email: 'j@example.test', first_name: 'J' },
        coupon_lines: [{ id: 1, code: 'ANN10' }],
        meta_data: [{ id: 1, key: 'click_id', value: 'clk_1' }],
        line_items: [{ id: 315, name: 'A &amp; B', sku: '50k', price: 3 }],
      },
    ],
    settings: { currency: 'USD' },
    gives: [
      'registration, 727/registration, click clk_1, code ANN10, US, 2017-03-22T19:28:02.000Z, for customer:woo:12 order:727',
      'challenge_purchased, 727, 18 USD, approved, click clk_1, code ANN10, 2017-03-22T19:28:08.000Z, for customer:woo:12 order:727',
    ],
  },
  {
    title: 'a status that a plug-in made waits for a mapping',
    body: {
      id: 727,
      order_key: 'wc_order_1',
      status: 'wc-partial',
      currency: 'USD',
      date_created_gmt: '2017-03-22T19:28:02',
      date_modified_gmt: '2017-03-22T19:28:08',
      date_paid_gmt: '2017-03-22T19:28:08',
      discount_total: '5.00',
      shipping_total: '10.00',
      total: '29.35',
      total_tax: '1.35',
      customer_id: 12,
      billing: { country: 'US', email: 'j@example.test', first_name: 'J' },
      coupon_lines: [{ id: 1, code: 'ANN10' }],
      meta_data: [{ id: 1, key: 'click_id', value: 'clk_1' }],
      line_items: [{ id: 315, name: 'A &amp; B', sku: '50k', price: 3 }],
    },
    settings: { currency: 'USD' },
    gives: ['quarantined unknown_status'],
  },
  {
    title: 'a deleted order tells nothing',
    body: {
      id: 727,
      order_key: 'wc_order_1',
      status: 'trash',
      currency: 'USD',
      date_created_gmt: '2017-03-22T19:28:02',
      date_modified_gmt: '2017-03-22T19:28:08',
      date_paid_gmt: '2017-03-22T19:28:08',
      discount_total: '5.00',
      shipping_total: '10.00',
      total: '29.35',
      total_tax: '1.35',
      customer_id: 12,
      billing: { country: 'US', email: 'j@example.test', first_name: 'J' },
      coupon_lines: [{ id: 1, code: 'ANN10' }],
      meta_data: [{ id: 1, key: 'click_id', value: 'clk_1' }],
      line_items: [{ id: 315, name: 'A &amp; B', sku: '50k', price: 3 }],
    },
    settings: { currency: 'USD' },
    gives: ['ignored unwanted_row'],
  },
  {
    title: "a refund joins by its link and takes the shop's currency",
    body: {
      id: 726,
      date_created_gmt: '2017-03-21T20:07:11',
      amount: '10.00',
      reason: '',
      refunded_by: 1,
      _links: { up: [{ href: 'https://shop.example.test/wp-json/wc/v3/orders/723' }] },
    },
    settings: { currency: 'USD' },
    gives: ['refund, 726, 10 USD, of 723, 2017-03-21T20:07:11.000Z, for order:723'],
  },
  {
    title: 'saving the webhook asks only whether the address answers',
    body: 'webhook_id=17',
    settings: { currency: 'USD' },
    delivered: { contentType: 'application/x-www-form-urlencoded' },
    gives: ['ignored unwanted_row'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(woocommerce.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'woocommerce/order_processing.json',
    [
      'registration, 727/registration, US, 2017-03-22T19:28:02.000Z, for customer:order:727 order:727',
      'challenge_purchased, 727, 18 USD, approved, 2017-03-22T19:28:08.000Z, for customer:order:727 order:727',
    ],
  ],
  ['woocommerce/refund.json', ['refund, 726, 10 USD, of 723, 2017-03-21T20:07:11.000Z, for order:723']],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(woocommerce.document, { currency: 'USD' }, readSample(path)))).toEqual(gives);
  },
);
