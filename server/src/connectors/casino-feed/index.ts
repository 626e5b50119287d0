// Gaming backend, generic contract: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const casinoFeed: Preset = {
  name: 'casino-feed',
  title: 'Gaming backend, generic contract',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'hmac', header: 'X-Signature' },
      note: 'The contract to give to a platform without public documentation.',
    },
  ],
  docs: 'server/src/connectors/casino-feed/README.md',
};
