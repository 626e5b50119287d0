// Fast Track (gaming backend): the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const fastTrack: Preset = {
  name: 'fast-track',
  title: 'Fast Track (gaming backend)',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'header', header: 'X-API-Key' },
      note: 'Activities of players.',
    },
  ],
  docs: 'server/src/connectors/fast-track/README.md',
};
