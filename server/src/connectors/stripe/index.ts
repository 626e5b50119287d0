// Stripe: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const stripe: Preset = {
  name: 'stripe',
  title: 'Stripe',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'stripe' },
      note: 'Checkouts, refunds, disputes, transfers.',
    },
  ],
  docs: 'server/src/connectors/stripe/README.md',
};
