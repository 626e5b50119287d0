// Voluum conversions: the preset as data. The README says what is read and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const voluum: Preset = {
  name: 'voluum',
  title: 'Voluum conversions',
  document,
  registrar: true,
  reply: 'strict',
  docs: 'server/src/connectors/voluum/README.md',
};
