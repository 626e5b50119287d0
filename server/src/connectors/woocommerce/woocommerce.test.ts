import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { woocommerce } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

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
