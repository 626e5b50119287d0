// cTrader Open API (deals and cash flow): the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** Trading platforms tell what accounts do; who the customer is comes from the CRM, so a platform is no registrar. */
export const ctrader: Preset = {
  name: 'ctrader',
  title: 'cTrader Open API (deals and cash flow)',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'poll',
      kind: 'poll',
      note: 'Answers 2134 (deals) and 2144 (cash flow, at most 7 days a window).',
    },
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'bearer' },
      note: 'Execution events 2126 that a reader of your own hands on.',
    },
  ],
  docs: 'server/src/connectors/ctrader/README.md',
};
