// The door of the connectors room: presets by name. A preset is data; a folder holds it with its README.
import genericS2s from './generic-s2s/mapping.json' with { type: 'json' };
import mt5 from './mt5/mapping.json' with { type: 'json' };

export interface Preset {
  readonly name: string;
  readonly title: string;
  /** Mapping document, language version 1 (pipeline/mapping). Copied into version 1 of a new source's mapping. */
  readonly document: object;
  /** Whether a registration from such a source creates customers unless the operator says otherwise (rules.md 2.15). */
  readonly registrar: boolean;
  /** How its senders expect to be answered (semantics.md 11.5). */
  readonly reply: 'strict' | 'legacy';
}

const canonical = {
  language: 1,
  name: 'canonical',
  description: 'Events in our own shape, as POST /v1/events takes them.',
  format: 'canonical',
} as const;

export const PRESETS: readonly Preset[] = [
  { name: 'generic-s2s', title: 'Server-to-server postback', document: genericS2s, registrar: true, reply: 'strict' },
  { name: 'mt5', title: 'MetaTrader 5 deals (Web API)', document: mt5, registrar: false, reply: 'strict' },
  { name: 'canonical', title: 'Canonical events', document: canonical, registrar: true, reply: 'strict' },
];

/** The preset of this name, or undefined. */
export function findPreset(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
