// Server-to-server postbacks: the preset as data.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const genericS2s: Preset = {
  name: 'generic-s2s',
  title: 'Server-to-server postback',
  document,
  registrar: true,
  reply: 'strict',
};
