// Generic CRM: one document, and three starting points for systems without public documentation. The README says what to confirm.
import type { Preset, PresetFeed } from '../facts.ts';
import document from './mapping.json' with { type: 'json' };

const FEEDS: readonly PresetFeed[] = [
  {
    name: 'webhook',
    kind: 'webhook',
    verification: { scheme: 'bearer' },
    note: 'Customers, transactions and daily activity that the operator pushes; rows are told apart by their fields.',
  },
  {
    name: 'poll',
    kind: 'poll',
    note: 'GET .../customers, transactions and activity by last_modified_date, page by page.',
  },
];

function startingPoint(name: string, title: string, description: string): Preset {
  return {
    name,
    title,
    document: { ...document, name, description },
    registrar: true,
    reply: 'strict',
    feeds: FEEDS,
    docs: 'server/src/connectors/generic-crm/README.md',
  };
}

/** The contract that operators already expose (connectors.md 5.2). A CRM: its customers are registrations. */
export const genericCrm = startingPoint(
  'generic-crm',
  'Generic CRM (customers, transactions, activity)',
  document.description,
);

const START =
  'A starting point, not a description of the vendor: its interface is not public. The README says what to confirm with the vendor.';
export const skaleCrm = startingPoint('skalecrm', 'SkaleCRM (starting point)', START);
export const tradeCore = startingPoint('tradecore', 'TradeCore (starting point)', START);
export const leverate = startingPoint('leverate', 'Leverate (starting point)', START);
