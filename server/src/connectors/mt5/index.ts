// MetaTrader 5: the preset as data. The README says row by row what the sample must give.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** Trading platforms tell what accounts do; who the customer is comes from the CRM, so a platform is no registrar. */
export const mt5: Preset = {
  name: 'mt5',
  title: 'MetaTrader 5 deals (Web API)',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    { name: 'poll', kind: 'poll', note: 'deal/get_batch and get_page by server time, with an overlap.' },
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'bearer' },
      note: 'The same answers, pushed by a server plug-in or a gateway of your own.',
    },
  ],
  docs: 'server/src/connectors/mt5/README.md',
};
