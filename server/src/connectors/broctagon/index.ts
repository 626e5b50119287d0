// Broctagon reports and webhooks: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** Transactions name a user; registrations come by another feed or by postback. */
export const broctagon: Preset = {
  name: 'broctagon',
  title: 'Broctagon reports and webhooks',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'broctagon' },
      note: 'Withdrawal and prop webhooks, signed in X-Crm-Signature.',
    },
    {
      name: 'poll',
      kind: 'poll',
      note: 'POST /public/v1/report/transactions, at most 3 months a window, 500 rows a page.',
    },
  ],
  docs: 'server/src/connectors/broctagon/README.md',
};
