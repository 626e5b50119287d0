import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { shopify } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

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
