// Trcker postbacks: the preset as data. The README says what is read and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const trcker: Preset = {
  name: 'trcker',
  title: 'Trcker postbacks',
  document,
  registrar: true,
  reply: 'strict',
  replyContract: { kind: 'words', taken: 'ok', duplicate: 'duplicate', refused: 'error: {reason}' },
  docs: 'server/src/connectors/trcker/README.md',
};
