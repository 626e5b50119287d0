// Wise: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const wise: Preset = {
  name: 'wise',
  title: 'Wise',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'wise' },
      note: 'State changes, failures and refunds of transfers.',
    },
  ],
  docs: 'server/src/connectors/wise/README.md',
};
