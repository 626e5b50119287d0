import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { yourpropfirm } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(yourpropfirm.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'yourpropfirm/account_created.json',
    [
      'registration, 663a1f0e2b7c4d0012ab34cd, SG, at receipt, for customer:663a1f0e2b7c4d0012ab34cd ypf:user:663a1f0e2b7c4d0012ab34cd',
      'identifier_link, 664b00000000000000000077, mt5:ypf 5012345 is customer 663a1f0e2b7c4d0012ab34cd, at receipt, for customer:663a1f0e2b7c4d0012ab34cd',
    ],
  ],
  [
    'yourpropfirm/rule_breached.json',
    [
      'challenge_failed, 664b00000000000000000077:2024-06-05T14:03:22Z, 2024-06-05T14:03:22.000Z, for customer:663a1f0e2b7c4d0012ab34cd ypf:account:664b00000000000000000077',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(yourpropfirm.document, {}, readSample(path)))).toEqual(gives);
  },
);
