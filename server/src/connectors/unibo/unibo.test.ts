import { expect, test } from 'vitest';
import { mapWith, sayAll } from '../../../test/support/presets.ts';
import type { PresetCase } from '../../../test/support/presets.ts';
import { unibo } from './index.ts';
import cases from './fixtures/cases.json' with { type: 'json' };

const CASES = cases as readonly PresetCase[];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(unibo.document, settings, body, delivered))).toEqual(gives);
});
