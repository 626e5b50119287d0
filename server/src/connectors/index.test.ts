import { feedVerification } from '@plumbline/contract';
import { expect, test } from 'vitest';
import { checkMapping } from '../pipeline/mapping/index.ts';
import { findPreset, PRESETS } from './index.ts';

interface Declared {
  readonly settings?: Readonly<Record<string, { type: string; required?: boolean }>>;
}

/** A value for each setting that a document requires. */
function requiredSettings(document: Declared): Record<string, string | string[] | Record<string, string>> {
  const values = { zone: 'UTC', currency: 'USD', table: { a: '1' }, list: ['a'], text: 'live-1' } as const;
  return Object.fromEntries(
    Object.entries(document.settings ?? {})
      .filter(([, spec]) => spec.required === true)
      .map(([name, spec]) => [name, structuredClone(values[spec.type as keyof typeof values]) as string]),
  );
}

test.each(PRESETS.map((preset) => [preset.name, preset] as const))(
  'the preset %s compiles with its required settings, and names itself',
  (_name, preset) => {
    expect(checkMapping(preset.document, requiredSettings(preset.document as Declared))).toEqual([]);
    expect(preset.document).toMatchObject({ name: preset.name });
  },
);

test('presets are found by name, and no name is there twice', () => {
  expect(findPreset('mt5')?.registrar).toBe(false);
  expect(findPreset('toString')).toBeUndefined();
  expect(new Set(PRESETS.map((preset) => preset.name)).size).toBe(PRESETS.length);
});

/** What only the operator knows: whose webhook it is, as whom the sender signs in. */
const FILLED_IN: Readonly<Record<string, string>> = { webhookId: 'WH-1', username: 'sender' };

test.each(
  PRESETS.flatMap(({ name, feeds = [] }) =>
    feeds.flatMap(({ name: feed, verification }) =>
      verification === undefined ? [] : [[name, feed, verification] as const],
    ),
  ),
)('%s suggests a proof for its feed %s that a feed can be made with', (_name, _feed, verification) => {
  const missing =
    feedVerification.safeParse(verification).error?.issues.map(({ path }) => String(path[0])) ?? [];
  const asked = Object.fromEntries(missing.map((field) => [field, FILLED_IN[field]]));
  expect(feedVerification.safeParse({ ...verification, ...asked }).error?.issues ?? []).toEqual([]);
});
