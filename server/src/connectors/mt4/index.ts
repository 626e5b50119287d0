// MetaTrader 4 trades (mt4_trades): the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** Trading platforms tell what accounts do; who the customer is comes from the CRM, so a platform is no registrar. */
export const mt4: Preset = {
  name: 'mt4',
  title: 'MetaTrader 4 trades (mt4_trades)',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    { name: 'file', kind: 'file', note: 'The export of mt4_trades as CSV: upload, folder or SFTP.' },
    {
      name: 'json',
      kind: 'webhook',
      verification: { scheme: 'bearer' },
      note: 'Rows of mt4_trades as JSON from a web wrapper or a database reader of your own.',
    },
    { name: 'poll', kind: 'poll', note: 'Rows by MODIFY_TIME, as JSON.' },
  ],
  docs: 'server/src/connectors/mt4/README.md',
};
