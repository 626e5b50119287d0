// TradeLocker order history: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** Trading platforms tell what accounts do; who the customer is comes from the CRM, so a platform is no registrar. */
export const tradeLocker: Preset = {
  name: 'tradelocker',
  title: 'TradeLocker order history',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'poll',
      kind: 'poll',
      note: 'GET /trade/accounts/{id}/ordersHistory, one delivery per account with ?accountId= in its address.',
    },
  ],
  docs: 'server/src/connectors/tradelocker/README.md',
};
