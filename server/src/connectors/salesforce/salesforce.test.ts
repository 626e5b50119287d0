import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Told } from '../../../test/support/presets.ts';
import { salesforce } from './index.ts';

const tell = (body: unknown, settings: Record<string, string | string[]> = {}): Told[] =>
  tellAll(mapWith(salesforce.document, settings, body));
const CONTACT = {
  attributes: { type: 'Contact', url: '/x' },
  Id: '003A',
  CreatedDate: '2025-01-01T12:00:00.000+0000',
  SystemModstamp: '2025-01-02T12:00:00.000+0000',
  Click_Id__c: 'clk-1',
  MailingCountryCode: 'DE',
  Email: 'a@example.com',
};

test('a contact of SOQL is a registration; the offset has no colon', () => {
  expect(tell({ totalSize: 1, done: true, records: [CONTACT] })).toEqual([
    {
      kind: 'registration',
      recordType: 'contact',
      externalId: '003A',
      part: '',
      occurredAt: '2025-01-01T12:00:00.000Z',
      rawTime: '2025-01-01T12:00:00.000+0000',
      identifiers: [{ namespace: 'customer', value: '003A' }],
      clickId: 'clk-1',
      country: 'DE',
    },
  ]);
});

const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string'
      ? one
      : `${one.kind} ${one.externalId} ${one.amount ?? '-'} ${one.currency ?? '-'}`,
  );
const cdc = (entityName: string, changeType: string, fields: object = {}): object => ({
  data: {
    schema: 's',
    payload: {
      ChangeEventHeader: {
        entityName,
        recordIds: ['003B'],
        changeType,
        commitTimestamp: 1_735_689_600_000,
        commitNumber: 1,
      },
      ...fields,
    },
    event: { replayId: 5 },
  },
});
const DEPOSIT = {
  attributes: { type: 'Deposit__c' },
  Id: 'a01',
  Type__c: 'Deposit',
  Amount__c: 250.5,
  CurrencyIsoCode: 'EUR',
  ContactId: '003A',
  CreatedDate: '2025-01-01T12:00:00.000+0000',
};
const SETTINGS = { transactionObjects: ['Deposit__c'] };
test.each([
  [
    'a lead',
    { records: [{ ...CONTACT, attributes: { type: 'Lead' }, Id: '00Q' }] },
    ['registration 00Q - -'],
  ],
  ['another object', { records: [{ ...CONTACT, attributes: { type: 'Task' } }] }, ['ignored unwanted_row']],
  ['no attributes, an id of a contact', [{ ...CONTACT, attributes: null }], ['registration 003A - -']],
  ['a new contact by change event', cdc('Contact', 'CREATE'), ['registration 003B - -']],
  ['a changed contact', cdc('Contact', 'UPDATE', { Email: 'b@example.com' }), ['ignored unwanted_row']],
  ['a deletion', cdc('Contact', 'DELETE'), ['ignored unwanted_row']],
  ['a gap', cdc('Contact', 'GAP_CREATE'), ['ignored unwanted_row']],
  ['a deposit', { records: [DEPOSIT] }, ['deposit a01 250.5 EUR']],
  [
    'a deposit that is pending',
    { records: [{ ...DEPOSIT, Status__c: 'Pending' }] },
    ['unsettled a01 250.5 EUR'],
  ],
  ['no records', { records: [], totalSize: 0 }, ['empty no_data']],
])('%s', (_name, body, expected) => {
  expect(short(tell(body, SETTINGS))).toEqual(expected);
});
