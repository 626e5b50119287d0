// Keitaro conversions: the preset as data. The README says what is read and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const keitaro: Preset = {
  name: 'keitaro',
  title: 'Keitaro conversions',
  document,
  registrar: true,
  reply: 'strict',
  replyContract: { kind: 'words', taken: 'Success', refused: 'Error: {reason}', echo: 'return' },
  docs: 'server/src/connectors/keitaro/README.md',
};
