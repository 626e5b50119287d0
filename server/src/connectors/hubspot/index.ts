// HubSpot contacts: the preset as data. The README says what each row gives and why.
import type { Preset } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

/** A CRM: a new contact is a registration, unless the setting contacts says that another system registers. */
export const hubspot: Preset = {
  name: 'hubspot',
  title: 'HubSpot contacts',
  document,
  registrar: true,
  reply: 'strict',
  feeds: [
    {
      name: 'webhook',
      kind: 'webhook',
      verification: { scheme: 'hubspot-v3' },
      note: 'Webhook subscriptions contact.creation and contact.propertyChange.',
    },
    {
      name: 'poll',
      kind: 'poll',
      note: 'Contacts of the CRM search, with the property that holds the click id.',
    },
  ],
  docs: 'server/src/connectors/hubspot/README.md',
};
