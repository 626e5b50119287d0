import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { sumsub } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(sumsub.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'sumsub/applicant_reviewed_green.json',
    [
      'kyc_status, abc123:1714000000000:applicantReviewed, passed, test, 2024-04-24T23:06:40.000Z, for customer:0x1234567890abcdef1234567890abcdef12345678 sumsub:applicant:abc123',
    ],
  ],
  [
    'sumsub/applicant_reviewed_red_final.json',
    [
      'kyc_status, 6610a0000000000000000001:2024-06-30 13:23:19.001:applicantReviewed, failed, 2024-06-30T13:23:19.001Z, for customer:player-771 sumsub:applicant:6610a0000000000000000001',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(sumsub.document, {}, readSample(path)))).toEqual(gives);
  },
);
