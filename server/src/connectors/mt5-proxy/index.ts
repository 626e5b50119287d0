// MetaTrader 5 deals through a REST proxy: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** Trading platforms tell what accounts do; who the customer is comes from the CRM, so a platform is no registrar. */
export const mt5Proxy: Preset = {
  name: 'mt5-proxy',
  title: 'MetaTrader 5 deals through a REST proxy',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'bearer' },
      note: 'Deals that a proxy or gateway pushes.',
    },
    { name: 'poll', kind: 'poll', note: 'Deals by time, as the proxy answers them.' },
  ],
  docs: 'server/src/connectors/mt5-proxy/README.md',
};
