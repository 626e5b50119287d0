// Onfido (KYC): the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const onfido: Preset = {
  name: 'onfido',
  title: 'Onfido (KYC)',
  document,
  registrar: false,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'onfido' },
      note: 'Workflow runs and tasks, classic checks.',
    },
  ],
  docs: 'server/src/connectors/onfido/README.md',
};
