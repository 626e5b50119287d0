// Intelitics postbacks: the preset as data. The README says what is read and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const intelitics: Preset = {
  name: 'intelitics',
  title: 'Intelitics postbacks',
  document,
  registrar: true,
  reply: 'strict',
  docs: 'server/src/connectors/intelitics/README.md',
};
