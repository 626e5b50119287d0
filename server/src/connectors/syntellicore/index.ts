// Syntellicore webhooks: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** The CRM: On Registration creates customers. */
export const syntellicore: Preset = {
  name: 'syntellicore',
  title: 'Syntellicore webhooks',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [
    {
      name: 'registration',
      kind: 'webhook',
      verification: { scheme: 'syntellicore' },
      note: 'URL template of On Registration; no signature, so use a secret path and an IP list.',
    },
    {
      name: 'deposit',
      kind: 'webhook',
      verification: { scheme: 'syntellicore' },
      note: 'URL template of On Deposit for the deposit to the wallet.',
    },
    {
      name: 'transfer',
      kind: 'webhook',
      verification: { scheme: 'syntellicore' },
      note: 'URL template of On Deposit for the transfer to the trading account.',
    },
  ],
  docs: 'server/src/connectors/syntellicore/README.md',
};
