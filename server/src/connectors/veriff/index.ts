// Veriff (KYC): the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const veriff: Preset = {
  name: 'veriff',
  title: 'Veriff (KYC)',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    { name: 'webhook', kind: 'webhook', verification: { scheme: 'veriff' }, note: 'Decision webhooks.' },
  ],
  docs: 'server/src/connectors/veriff/README.md',
};
