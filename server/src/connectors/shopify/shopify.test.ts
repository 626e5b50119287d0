import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { shopify } from './index.ts';

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
    title: 'a paid order registers and buys; the total is what it is',
    body: {
      id: 1234,
      created_at: '2024-01-15T10:30:00Z',
      updated_at: '2024-01-15T10:31:00Z',
      processed_at: '2024-01-15T10:30:00Z',
      test: false,
      total_price: '150.00',
      subtotal_price: '100.00',
      total_tax: '15.00',
      total_discounts: '0.00',
      currency: 'ZAR',
      financial_status: 'paid',
      name: '#1001',
      landing_site: '/?utm=a&click_id=clk_1&x=2',
      discount_codes: [{ code: 'ANN10', amount: '5.00' }],
      note_attributes: [],
      payment_gateway_names: ['stripe'],
      line_items: [{ id: 1, sku: '50k', price: '100.00' }],
      shipping_lines: [{ price: '50.00' }],
      billing_address: { country_code: 'ZA', last_name: 'Doe' },
      customer: { id: 999, email: 'c@example.test' },
    },
    gives: [
      'registration, 1234/registration, click clk_1, code ANN10, ZA, 2024-01-15T10:30:00.000Z, for customer:shopify:999 order:1234',
      'challenge_purchased, 1234, 150 ZAR, approved, click clk_1, code ANN10, 2024-01-15T10:30:00.000Z, for customer:shopify:999 order:1234',
    ],
  },
  {
    title: 'a test order is a test',
    body: {
      id: 1234,
      created_at: '2024-01-15T10:30:00Z',
      updated_at: '2024-01-15T10:31:00Z',
      processed_at: '2024-01-15T10:30:00Z',
      test: true,
      total_price: '150.00',
      subtotal_price: '100.00',
      total_tax: '15.00',
      total_discounts: '0.00',
      currency: 'ZAR',
      financial_status: 'paid',
      name: '#1001',
      landing_site: '/?utm=a&click_id=clk_1&x=2',
      discount_codes: [{ code: 'ANN10', amount: '5.00' }],
      note_attributes: [],
      payment_gateway_names: ['stripe'],
      line_items: [{ id: 1, sku: '50k', price: '100.00' }],
      shipping_lines: [{ price: '50.00' }],
      billing_address: { country_code: 'ZA', last_name: 'Doe' },
      customer: { id: 999, email: 'c@example.test' },
    },
    gives: [
      'registration, 1234/registration, click clk_1, code ANN10, ZA, test, 2024-01-15T10:30:00.000Z, for customer:shopify:999 order:1234',
      'challenge_purchased, 1234, 150 ZAR, approved, click clk_1, code ANN10, test, 2024-01-15T10:30:00.000Z, for customer:shopify:999 order:1234',
    ],
  },
  {
    title: 'an authorised order is not settled',
    body: {
      id: 1234,
      created_at: '2024-01-15T10:30:00Z',
      updated_at: '2024-01-15T10:31:00Z',
      processed_at: '2024-01-15T10:30:00Z',
      test: false,
      total_price: '150.00',
      subtotal_price: '100.00',
      total_tax: '15.00',
      total_discounts: '0.00',
      currency: 'ZAR',
      financial_status: 'authorized',
      name: '#1001',
      landing_site: '/?utm=a&click_id=clk_1&x=2',
      discount_codes: [{ code: 'ANN10', amount: '5.00' }],
      note_attributes: [],
      payment_gateway_names: ['stripe'],
      line_items: [{ id: 1, sku: '50k', price: '100.00' }],
      shipping_lines: [{ price: '50.00' }],
      billing_address: { country_code: 'ZA', last_name: 'Doe' },
      customer: { id: 999, email: 'c@example.test' },
    },
    gives: [
      'unsettled, 1234, 150 ZAR, pending, click clk_1, code ANN10, 2024-01-15T10:30:00.000Z, for customer:shopify:999 order:1234',
    ],
  },
  {
    title: 'a refunded order is taken back',
    body: {
      id: 1234,
      created_at: '2024-01-15T10:30:00Z',
      updated_at: '2024-01-15T10:31:00Z',
      processed_at: '2024-01-15T10:30:00Z',
      test: false,
      total_price: '150.00',
      subtotal_price: '100.00',
      total_tax: '15.00',
      total_discounts: '0.00',
      currency: 'ZAR',
      financial_status: 'refunded',
      name: '#1001',
      landing_site: '/?utm=a&click_id=clk_1&x=2',
      discount_codes: [{ code: 'ANN10', amount: '5.00' }],
      note_attributes: [],
      payment_gateway_names: ['stripe'],
      line_items: [{ id: 1, sku: '50k', price: '100.00' }],
      shipping_lines: [{ price: '50.00' }],
      billing_address: { country_code: 'ZA', last_name: 'Doe' },
      customer: { id: 999, email: 'c@example.test' },
    },
    gives: [
      'registration, 1234/registration, click clk_1, code ANN10, ZA, 2024-01-15T10:30:00.000Z, for customer:shopify:999 order:1234',
      'unsettled, 1234, 150 ZAR, declined, click clk_1, code ANN10, 2024-01-15T10:30:00.000Z, for customer:shopify:999 order:1234',
    ],
  },
  {
    title: 'the click id from the note comes before the landing page',
    body: {
      id: 1234,
      created_at: '2024-01-15T10:30:00Z',
      updated_at: '2024-01-15T10:31:00Z',
      processed_at: '2024-01-15T10:30:00Z',
      test: false,
      total_price: '150.00',
      subtotal_price: '100.00',
      total_tax: '15.00',
      total_discounts: '0.00',
      currency: 'ZAR',
      financial_status: 'paid',
      name: '#1001',
      landing_site: '/?utm=a&click_id=clk_1&x=2',
      discount_codes: [{ code: 'ANN10', amount: '5.00' }],
      note_attributes: [{ name: 'click_id', value: 'clk_2' }],
      payment_gateway_names: ['stripe'],
      line_items: [{ id: 1, sku: '50k', price: '100.00' }],
      shipping_lines: [{ price: '50.00' }],
      billing_address: { country_code: 'ZA', last_name: 'Doe' },
      customer: { id: 999, email: 'c@example.test' },
    },
    gives: [
      'registration, 1234/registration, click clk_2, code ANN10, ZA, 2024-01-15T10:30:00.000Z, for customer:shopify:999 order:1234',
      'challenge_purchased, 1234, 150 ZAR, approved, click clk_2, code ANN10, 2024-01-15T10:30:00.000Z, for customer:shopify:999 order:1234',
    ],
  },
  {
    title: 'an order without a customer is known by itself',
    body: {
      id: 1234,
      created_at: '2024-01-15T10:30:00Z',
      updated_at: '2024-01-15T10:31:00Z',
      processed_at: '2024-01-15T10:30:00Z',
      test: false,
      total_price: '150.00',
      subtotal_price: '100.00',
      total_tax: '15.00',
      total_discounts: '0.00',
      currency: 'ZAR',
      financial_status: 'paid',
      name: '#1001',
      landing_site: '/?utm=a&click_id=clk_1&x=2',
      discount_codes: [{ code: 'ANN10', amount: '5.00' }],
      note_attributes: [],
      payment_gateway_names: ['stripe'],
      line_items: [{ id: 1, sku: '50k', price: '100.00' }],
      shipping_lines: [{ price: '50.00' }],
      billing_address: { country_code: 'ZA', last_name: 'Doe' },
      customer: null,
    },
    gives: [
      'registration, 1234/registration, click clk_1, code ANN10, ZA, 2024-01-15T10:30:00.000Z, for customer:order:1234 order:1234',
      'challenge_purchased, 1234, 150 ZAR, approved, click clk_1, code ANN10, 2024-01-15T10:30:00.000Z, for customer:order:1234 order:1234',
    ],
  },
  {
    title: 'a list as the API answers it',
    body: {
      orders: [
        {
          id: 1234,
          created_at: '2024-01-15T10:30:00Z',
          updated_at: '2024-01-15T10:31:00Z',
          processed_at: '2024-01-15T10:30:00Z',
          test: false,
          total_price: '150.00',
          subtotal_price: '100.00',
          total_tax: '15.00',
          total_discounts: '0.00',
          currency: 'ZAR',
          financial_status: 'paid',
          name: '#1001',
          landing_site: '/?utm=a&click_id=clk_1&x=2',
          discount_codes: [{ code: 'ANN10', amount: '5.00' }],
          note_attributes: [],
          payment_gateway_names: ['stripe'],
          line_items: [{ id: 1, sku: '50k', price: '100.00' }],
          shipping_lines: [{ price: '50.00' }],
          billing_address: { country_code: 'ZA', last_name: 'Doe' },
          customer: { id: 999, email: 'c@example.test' },
        },
      ],
    },
    gives: [
      'registration, 1234/registration, click clk_1, code ANN10, ZA, 2024-01-15T10:30:00.000Z, for customer:shopify:999 order:1234',
      'challenge_purchased, 1234, 150 ZAR, approved, click clk_1, code ANN10, 2024-01-15T10:30:00.000Z, for customer:shopify:999 order:1234',
    ],
  },
  {
    title: 'a refund webhook on the feed refunds tells each transaction',
    body: {
      id: 77,
      order_id: 1234,
      created_at: '2024-02-01T10:00:00Z',
      transactions: [
        {
          id: 501,
          order_id: 1234,
          kind: 'refund',
          status: 'success',
          amount: '40.00',
          currency: 'ZAR',
          processed_at: '2024-02-01T10:00:00Z',
          test: false,
        },
        {
          id: 502,
          order_id: 1234,
          kind: 'refund',
          status: 'pending',
          amount: '10.00',
          currency: 'ZAR',
          processed_at: '2024-02-01T10:00:01Z',
        },
        { id: 503, kind: 'void', status: 'success', amount: '1.00', currency: 'ZAR' },
      ],
    },
    delivered: { feed: 'refunds' },
    gives: [
      'refund, 501, 40 ZAR, approved, of 1234, 2024-02-01T10:00:00.000Z, for order:1234',
      'unsettled, 502, 10 ZAR, pending, of 1234, 2024-02-01T10:00:01.000Z, for order:1234',
      'ignored unwanted_row',
    ],
  },
  {
    title: 'a dispute takes the money',
    body: {
      id: 35,
      order_id: 1234,
      type: 'chargeback',
      amount: '11.50',
      currency: 'ZAR',
      reason: 'fraudulent',
      status: 'needs_response',
      initiated_at: '2024-02-03T20:00:00-05:00',
    },
    gives: ['chargeback, 35, 11.5 ZAR, approved, of 1234, 2024-02-04T01:00:00.000Z, for order:1234'],
  },
  {
    title: 'an inquiry takes nothing yet',
    body: {
      id: 35,
      order_id: 1234,
      type: 'inquiry',
      amount: '11.50',
      currency: 'ZAR',
      status: 'needs_response',
      initiated_at: '2024-02-03T20:00:00-05:00',
    },
    gives: ['unsettled, 35, 11.5 ZAR, pending, of 1234, 2024-02-04T01:00:00.000Z, for order:1234'],
  },
  {
    title: 'a dispute that was won gives it back',
    body: {
      id: 35,
      order_id: 1234,
      type: 'chargeback',
      amount: '11.50',
      currency: 'ZAR',
      status: 'won',
      initiated_at: '2024-02-03T20:00:00-05:00',
    },
    gives: ['unsettled, 35, 11.5 ZAR, declined, of 1234, 2024-02-04T01:00:00.000Z, for order:1234'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(shopify.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'shopify/order_paid.json',
    [
      'registration, 1234567890/registration, ZA, test, 2024-01-15T10:30:00.000Z, for customer:shopify:999888777 order:1234567890',
      'challenge_purchased, 1234567890, 150 ZAR, approved, test, 2024-01-15T10:30:00.000Z, for customer:shopify:999888777 order:1234567890',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(shopify.document, {}, readSample(path)))).toEqual(gives);
  },
);
