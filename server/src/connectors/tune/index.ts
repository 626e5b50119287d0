// TUNE conversions: the preset as data. The README says what is read and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const tune: Preset = {
  name: 'tune',
  title: 'TUNE conversions',
  document,
  registrar: true,
  reply: 'strict',
  replyContract: { kind: 'words', taken: 'success=true;', refused: 'success=false; err_msg={reason}' },
  docs: 'server/src/connectors/tune/README.md',
};
