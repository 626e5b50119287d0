// DXtrade REST (transfers and order history): the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** Trading platforms tell what accounts do; who the customer is comes from the CRM, so a platform is no registrar. */
export const dxtrade: Preset = {
  name: 'dxtrade',
  title: 'DXtrade REST (transfers and order history)',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    { name: 'transfers', kind: 'poll', note: 'GET /accounts/{account}/transfers.' },
    { name: 'orders', kind: 'poll', note: 'GET /accounts/orders/history.' },
  ],
  docs: 'server/src/connectors/dxtrade/README.md',
};
