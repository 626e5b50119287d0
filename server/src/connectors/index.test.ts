import { expect, test } from 'vitest';
import { checkMapping } from '../pipeline/mapping/index.ts';
import { findPreset, PRESETS } from './index.ts';

test.each(PRESETS.map((preset) => [preset.name, preset] as const))(
  'the preset %s compiles with its required settings',
  (_name, preset) => {
    const settings = preset.name === 'mt5' ? { server: 'live-1', zone: 'UTC' } : {};
    expect(checkMapping(preset.document, settings)).toEqual([]);
  },
);

test('presets are found by name', () => {
  expect(findPreset('mt5')?.registrar).toBe(false);
  expect(findPreset('toString')).toBeUndefined();
});
