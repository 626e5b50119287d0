// Unibo-shaped feed: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const unibo: Preset = {
  name: 'unibo',
  title: 'Unibo-shaped feed',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'unibo' },
      note: 'items of {event, data}.',
    },
  ],
  docs: 'server/src/connectors/unibo/README.md',
};
