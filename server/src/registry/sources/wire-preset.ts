import type { Preset } from '../../connectors/facts.ts';
import type { PresetPage } from './preset-page.ts';

interface SettingSpec {
  readonly type: 'text' | 'zone' | 'currency' | 'table' | 'list';
  readonly description: string;
  readonly required?: boolean;
  readonly default?: string;
}

/** What a document says that is a preset's: it compiles, so it has these. */
interface PresetDocument {
  readonly description?: string;
  readonly format?: string;
  readonly settings?: Readonly<Record<string, SettingSpec>>;
}

export function wirePreset(preset: Preset) {
  const document = preset.document as PresetDocument;
  return {
    name: preset.name,
    title: preset.title,
    what: document.description ?? preset.title,
    format: document.format ?? 'json',
    registrar: preset.registrar,
    reply: preset.reply,
    feeds: (preset.feeds ?? []).map(({ name, kind, verification, note }) => ({
      name,
      kind,
      scheme: typeof verification?.['scheme'] === 'string' ? verification['scheme'] : null,
      verification: verification === undefined ? null : { ...verification },
      note,
    })),
    settings: Object.entries(document.settings ?? {}).map(([name, spec]) => ({
      name,
      type: spec.type,
      description: spec.description,
      required: spec.required === true,
      default: spec.default ?? null,
    })),
  };
}

export function wirePresetDetail(preset: Preset, page: string | null, said: PresetPage) {
  return {
    ...wirePreset(preset),
    document: { ...preset.document } as Record<string, unknown>,
    replyContract: preset.replyContract === undefined ? null : { ...preset.replyContract },
    facts: [...said.facts],
    toConfirm: [...said.toConfirm],
    page,
  };
}
