// FXBO transactions: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** Transactions name a user and a login; registrations of FXBO come by another feed or by postback. */
export const fxbo: Preset = {
  name: 'fxbo',
  title: 'FXBO transactions',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'poll',
      kind: 'poll',
      note: 'POST /rest/transactions by processedAt, newest statuses again within an overlap.',
    },
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'bearer' },
      note: 'Rows that a script of your own pushes.',
    },
  ],
  docs: 'server/src/connectors/fxbo/README.md',
};
