// Match-Trader Broker API: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** Match-Trader holds the client accounts themselves: it registers, unless a CRM of the operator does. */
export const matchTrader: Preset = {
  name: 'match-trader',
  title: 'Match-Trader Broker API',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'match-trader' },
      note: 'CRM events TIMELINE_DEPOSIT and others; they carry no signature, so use a secret path and an IP list.',
    },
    { name: 'deposits', kind: 'poll', note: 'GET /v1/deposits.' },
    { name: 'withdrawals', kind: 'poll', note: 'GET /v1/withdrawals.' },
    {
      name: 'poll',
      kind: 'poll',
      note: 'GET /v1/accounts and closed positions (?login= in the address of the delivery).',
    },
  ],
  docs: 'server/src/connectors/match-trader/README.md',
};
