// Sumsub (KYC): the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const sumsub: Preset = {
  name: 'sumsub',
  title: 'Sumsub (KYC)',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'sumsub' },
      note: 'Applicant webhooks: reviews.',
    },
  ],
  docs: 'server/src/connectors/sumsub/README.md',
};
