// Payloads to start from: what the presets' own fixtures hold, and the sample payloads where their folder is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PRESETS } from '../../src/connectors/index.ts';
import type { SourceSettings } from '../../src/pipeline/mapping/index.ts';
import type { PostbackCase, PresetCase } from '../support/presets.ts';

const CONNECTORS = join(import.meta.dirname, '../../src/connectors');
const SAMPLES = process.env['PLUMBLINE_SAMPLES'] ?? join(import.meta.dirname, '../../../../shared/samples');

/** Folders of samples by preset, where the names differ. */
const SAMPLE_FOLDERS: Readonly<Record<string, string>> = {
  'paypal-payouts': 'paypal',
  'fast-track': 'igaming-fasttrack',
  'player-activity-csv': 'igaming-csv',
};

export interface Seed {
  readonly body: string;
  readonly contentType: string;
}

/** A preset with a source of its own, and payloads of its system. */
export interface SeededPreset {
  readonly name: string;
  readonly settings: SourceSettings;
  readonly seeds: readonly Seed[];
  /** Its mapping as text. */
  readonly document: string;
}

/** Every preset; one without payloads of its own starts from an empty object. */
export function listSeededPresets(): SeededPreset[] {
  return PRESETS.map((preset) => {
    const seeds = [...listFixtures(preset.name), ...listSamples(preset.name)];
    return {
      name: preset.name,
      settings: settingsOf(preset.document),
      document: JSON.stringify(preset.document, null, 2),
      seeds:
        seeds.length === 0
          ? [{ body: '{"id":"1","amount":"5.00"}', contentType: 'application/json' }]
          : seeds,
    };
  });
}

function listFixtures(preset: string): Seed[] {
  const folder = join(CONNECTORS, preset, 'fixtures');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    if (file !== 'cases.json') return [{ body: text, contentType: contentTypeOf(file) }];
    return (JSON.parse(text) as (PresetCase | PostbackCase)[]).map((one) =>
      'query' in one
        ? { body: one.query, contentType: 'application/x-www-form-urlencoded' }
        : {
            body: typeof one.body === 'string' ? one.body : JSON.stringify(one.body),
            contentType: one.delivered?.contentType ?? 'application/json',
          },
    );
  });
}

function listSamples(preset: string): Seed[] {
  const folder = join(SAMPLES, SAMPLE_FOLDERS[preset] ?? preset);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => ({
    body: readFileSync(join(folder, file), 'utf8'),
    contentType: contentTypeOf(file),
  }));
}

function contentTypeOf(file: string): string {
  if (file.endsWith('.csv')) return 'text/csv';
  return file.includes('.form.') ? 'application/x-www-form-urlencoded' : 'application/json';
}

/** A value for each setting that a document requires. */
function settingsOf(document: object): SourceSettings {
  const declared =
    (document as { settings?: Record<string, { type: string; required?: boolean }> }).settings ?? {};
  const values: Record<string, string | string[] | Record<string, string>> = {
    zone: 'America/New_York+07:00',
    currency: 'USD',
    table: { '1': '100000', USD: '1' },
    list: ['demo*'],
    text: 'live',
  };
  return Object.fromEntries(
    Object.entries(declared)
      .filter(([, spec]) => spec.required === true)
      .map(([name, spec]) => [name, values[spec.type] ?? 'live']),
  );
}
