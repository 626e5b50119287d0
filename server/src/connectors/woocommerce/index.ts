// WooCommerce: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const woocommerce: Preset = {
  name: 'woocommerce',
  title: 'WooCommerce',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'woocommerce' },
      note: 'Orders; refunds as the REST API answers them.',
    },
  ],
  docs: 'server/src/connectors/woocommerce/README.md',
};
