import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { wise } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(wise.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'wise/webhook_transfer_state_change.json',
    ['payout_status, 47221007, paid, 2024-07-01T12:34:56.789Z, for wise:transfer:47221007'],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(wise.document, {}, readSample(path)))).toEqual(gives);
  },
);
