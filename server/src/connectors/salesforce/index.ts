// Salesforce records and change events: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** A CRM: contacts and leads are registrations. */
export const salesforce: Preset = {
  name: 'salesforce',
  title: 'Salesforce records and change events',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [
    { name: 'poll', kind: 'poll', note: 'SOQL by SystemModstamp and Id.' },
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'bearer' },
      note: 'Change data capture events that a subscriber of your own hands on.',
    },
  ],
  docs: 'server/src/connectors/salesforce/README.md',
};
