// Track360 postbacks: the preset as data. The README says what is read and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const track360Postback: Preset = {
  name: 'track360-postback',
  title: 'Track360 postbacks',
  document,
  registrar: true,
  reply: 'strict',
  docs: 'server/src/connectors/track360-postback/README.md',
};
