// Rollr postbacks: the preset as data. The README says what is read and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const rollr: Preset = {
  name: 'rollr',
  title: 'Rollr postbacks',
  document,
  registrar: true,
  reply: 'strict',
  docs: 'server/src/connectors/rollr/README.md',
};
