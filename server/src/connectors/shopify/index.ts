// Shopify: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const shopify: Preset = {
  name: 'shopify',
  title: 'Shopify',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'shopify' },
      note: 'Orders, disputes; refunds on the feed `refunds`.',
    },
  ],
  docs: 'server/src/connectors/shopify/README.md',
};
