// tradrapi admin webhooks: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** The platform knows accounts; who the customer is comes from the CRM, so it is no registrar. */
export const tradrapi: Preset = {
  name: 'tradrapi',
  title: 'tradrapi admin webhooks',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'tradrapi' },
      note: 'Webhooks account, challenge, position, order, balance_operation; never answer 404, it discards the event.',
    },
  ],
  docs: 'server/src/connectors/tradrapi/README.md',
};
