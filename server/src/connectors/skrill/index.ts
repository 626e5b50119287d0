// Skrill: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const skrill: Preset = {
  name: 'skrill',
  title: 'Skrill',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    { name: 'webhook', kind: 'webhook', verification: { scheme: 'skrill' }, note: 'status_url posts.' },
  ],
  docs: 'server/src/connectors/skrill/README.md',
};
