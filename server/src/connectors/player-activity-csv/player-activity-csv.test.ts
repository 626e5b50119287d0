import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { playerActivityCsv } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(playerActivityCsv.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'igaming-csv/myaffiliates_activity.csv',
    [
      'registration, 90001/registration, click a_12b_34c_, 2014-11-27T00:00:00.000Z, for customer:90001',
      'first_deposit, 90001/first_deposit, 50 EUR, 2015-03-06T00:00:00.000Z, for customer:90001',
      'activity_day, 90001/activity, -16.97 EUR, 2015-03-06T00:00:00.000Z, for customer:90001',
      'registration, 90002/registration, click a_12b_34c_x1, 2014-12-01T00:00:00.000Z, for customer:90002',
      'activity_day, 90002/activity, 0 EUR, 2014-12-01T00:00:00.000Z, for customer:90002',
      'registration, 90003/registration, click a_12b_34c_, 2015-01-02T00:00:00.000Z, for customer:90003',
      'first_deposit, 90003/first_deposit, 1250 SEK, 2015-02-01T00:00:00.000Z, for customer:90003',
      'activity_day, 90003/activity, 301.55 SEK, 2015-02-01T00:00:00.000Z, for customer:90003',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(
      sayAll(mapWith(playerActivityCsv.document, {}, readSample(path), { contentType: 'text/csv' })),
    ).toEqual(gives);
  },
);
