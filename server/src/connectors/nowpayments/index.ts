// NOWPayments: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const nowpayments: Preset = {
  name: 'nowpayments',
  title: 'NOWPayments',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'nowpayments' },
      note: 'Callbacks of payouts and payments.',
    },
  ],
  docs: 'server/src/connectors/nowpayments/README.md',
};
