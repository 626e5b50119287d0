// CoinsPaid: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const coinspaid: Preset = {
  name: 'coinspaid',
  title: 'CoinsPaid',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'coinspaid' },
      note: 'Callbacks of withdrawals and deposits.',
    },
  ],
  docs: 'server/src/connectors/coinspaid/README.md',
};
