import { expect, test } from 'vitest';
import { sayPostback } from '../../../test/support/presets.ts';
import type { PostbackCase } from '../../../test/support/presets.ts';
import { binom } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PostbackCase[];

test.each(CASES)('$query with $settings is $gives', ({ query, settings = {}, gives }) => {
  expect(sayPostback(binom.document, settings, query)).toBe(gives);
});
