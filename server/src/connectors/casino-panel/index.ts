// Casino partner panels: the preset as data. The README says what is read and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const casinoPanel: Preset = {
  name: 'casino-panel',
  title: 'Casino partner panels',
  document,
  registrar: true,
  reply: 'strict',
  docs: 'server/src/connectors/casino-panel/README.md',
};
