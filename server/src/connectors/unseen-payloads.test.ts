// Payloads that no author of a preset had before them, written from what is known of each system. One table over all presets.
import { expect, test } from 'vitest';
import { mapWith, sayAll } from '../../test/support/presets.ts';
import type { PresetCase } from '../../test/support/presets.ts';
import { findPreset } from './index.ts';
import cases from './unseen-payloads.json' with { type: 'json' };

interface UnseenCase extends PresetCase {
  readonly preset: string;
}

const CASES = cases as readonly UnseenCase[];

test.each(CASES)('$preset: $title', ({ preset, body, settings = {}, delivered = {}, gives }) => {
  const found = findPreset(preset);
  const document = found?.document ?? {};
  const told = mapWith(document, settings, body, { receivedAt: '2026-06-01T12:00:00Z', ...delivered });
  expect(sayAll(told)).toEqual(gives);
});
