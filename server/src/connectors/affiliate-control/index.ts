// Affiliate Control: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const affiliateControl: Preset = {
  name: 'affiliate-control',
  title: 'Affiliate Control',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'affiliate-control' },
      note: 'Objects or lists of {meta, data}.',
    },
  ],
  docs: 'server/src/connectors/affiliate-control/README.md',
};
