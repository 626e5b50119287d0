// BitPay payouts: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const bitpay: Preset = {
  name: 'bitpay',
  title: 'BitPay payouts',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'bitpay' },
      note: 'Unsigned: read the payout again.',
    },
  ],
  docs: 'server/src/connectors/bitpay/README.md',
};
