// PayPal Payouts: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const paypalPayouts: Preset = {
  name: 'paypal-payouts',
  title: 'PayPal Payouts',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    { name: 'webhook', kind: 'webhook', verification: { scheme: 'paypal' }, note: 'Items of our batches.' },
  ],
  docs: 'server/src/connectors/paypal-payouts/README.md',
};
