import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { veriff } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(veriff.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'veriff/decision_declined.json',
    [
      'kyc_status, 12df6045-3846-3e45-946a-14fa6136d78b:9102, failed, 2024-06-30T13:20:00.000Z, for customer:player-771 veriff:session:12df6045-3846-3e45-946a-14fa6136d78b',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(veriff.document, {}, readSample(path)))).toEqual(gives);
  },
);
