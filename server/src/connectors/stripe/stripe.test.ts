import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { stripe } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

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
