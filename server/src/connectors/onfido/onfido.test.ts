import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { onfido } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(onfido.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  ['onfido/check_completed.json', ['ignored unwanted_row']],
  [
    'onfido/studio_webhook_event_with_object_in_output.json',
    [
      'kyc_status, b48fdff9-66a1-405d-9912-54780799bd68:document_check_75329, passed, 2024-12-18T18:13:13.000Z, for onfido:run:b48fdff9-66a1-405d-9912-54780799bd68',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(sayAll(mapWith(onfido.document, {}, readSample(path)))).toEqual(gives);
  },
);
