// YourPropFirm: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

export const yourpropfirm: Preset = {
  name: 'yourpropfirm',
  title: 'YourPropFirm',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'yourpropfirm' },
      note: 'Unsigned: secret path and list of networks.',
    },
  ],
  docs: 'server/src/connectors/yourpropfirm/README.md',
};
