// Everflow conversions: the preset as data. The README says what is read and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const everflow: Preset = {
  name: 'everflow',
  title: 'Everflow conversions',
  document,
  registrar: true,
  reply: 'strict',
  replyContract: {
    kind: 'words',
    taken: '{"success":true,"id":"{eventId}"}',
    duplicate: '{"success":false,"error_code":8,"error":"duplicate conversion"}',
    refused: '{"success":false,"error":"{reason}"}',
    contentType: 'application/json; charset=utf-8',
  },
  docs: 'server/src/connectors/everflow/README.md',
};
