// Binom conversions: the preset as data. The README says what is read and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const binom: Preset = {
  name: 'binom',
  title: 'Binom conversions',
  document,
  registrar: true,
  reply: 'strict',
  docs: 'server/src/connectors/binom/README.md',
};
