// Praxis Cashier: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const praxis: Preset = {
  name: 'praxis',
  title: 'Praxis Cashier',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'praxis' },
      note: 'Notifications of transactions.',
    },
  ],
  docs: 'server/src/connectors/praxis/README.md',
};
