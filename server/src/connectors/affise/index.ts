// Affise conversions: the preset as data. The README says what is read and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const affise: Preset = {
  name: 'affise',
  title: 'Affise conversions',
  document,
  registrar: true,
  reply: 'strict',
  docs: 'server/src/connectors/affise/README.md',
};
