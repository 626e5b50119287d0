// B2Core Back Office: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** Accounts link logins to clients; who registers them is another feed or the postback. */
export const b2core: Preset = {
  name: 'b2core',
  title: 'B2Core Back Office',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [{ name: 'poll', kind: 'poll', note: 'Accounts and transactions of the Back Office REST API.' }],
  docs: 'server/src/connectors/b2core/README.md',
};
