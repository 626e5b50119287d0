import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { bitpay } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(bitpay.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'bitpay/getPayoutResponse.json',
    [
      'payout_status, JMwv8wQCXANoU2ZZQ9a9GH, 10 USD, paid, 2021-05-27T09:00:00.000Z, for payout:payout_20210527',
    ],
  ],
  [
    'bitpay/createPayoutGroupResponse.json',
    [
      'payout_status, JMwv8wQCXANoU2ZZQ9a9GH, 10 USD, processing, 2021-05-27T10:47:37.834Z, for payout:payout_20210527',
      'ignored unwanted_row',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(bitpay.document, {}, readSample(path)))).toEqual(gives);
  },
);
