// The door of the connectors room: presets by name. A preset is data; a folder holds it with its README.
import type { Preset } from './facts.ts';
import { genericS2s } from './generic-s2s/index.ts';
import { mt5 } from './mt5/index.ts';

export type { Preset } from './facts.ts';

const canonical: Preset = {
  name: 'canonical',
  title: 'Canonical events',
  document: {
    language: 1,
    name: 'canonical',
    description: 'Events in our own shape, as POST /v1/events takes them.',
    format: 'canonical',
  },
  registrar: true,
  reply: 'strict',
};

export const PRESETS: readonly Preset[] = [genericS2s, mt5, canonical];

/** The preset of this name, or undefined. */
export function findPreset(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
