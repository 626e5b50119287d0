import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { nowpayments } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(nowpayments.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'nowpayments/ipn_payout_finished.json',
    [
      'payout_status, 123456789, 50 USDT, paid, 2025-04-09T15:30:01.123Z, for nowpayments:withdrawal:123456789',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(nowpayments.document, {}, readSample(path)))).toEqual(gives);
  },
);
