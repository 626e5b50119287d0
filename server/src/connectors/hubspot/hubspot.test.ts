import { expect, test } from 'vitest';
import { findSample, mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Told } from '../../../test/support/presets.ts';
import { hubspot } from './index.ts';

const tell = (body: unknown, settings: Record<string, string | string[]> = {}): Told[] =>
  tellAll(mapWith(hubspot.document, settings, body));
const EVENT = {
  eventId: 900,
  subscriptionId: 1,
  portalId: 2,
  occurredAt: 1_735_689_600_000,
  subscriptionType: 'contact.creation',
  attemptNumber: 0,
  objectId: 5512,
  changeSource: 'CRM',
  changeFlag: 'NEW',
  appId: 3,
};
const registration = (id: string, at: string, raw: string): Told => ({
  kind: 'registration',
  recordType: 'contact',
  externalId: id,
  part: '',
  occurredAt: at,
  rawTime: raw,
  identifiers: [{ namespace: 'customer', value: id }],
});
const NEW = registration('5512', '2025-01-01T00:00:00.000Z', '1735689600000');

test('the body is a list; a retry with another attempt and event number is the same content', () => {
  expect(tell([EVENT, { ...EVENT, objectId: 5513 }])).toEqual([
    NEW,
    registration('5513', '2025-01-01T00:00:00.000Z', '1735689600000'),
  ]);
  expect(tell([{ ...EVENT, attemptNumber: 4, eventId: 901 }])).toEqual([NEW]);
});
const real = findSample('hubspot/webhook_contact_creation.json');
test.skipIf(real === undefined)('the sample file gives one registration', () => {
  expect(tell(real)).toEqual([registration('123', '2019-07-26T04:00:00.000Z', '1564113600000')]);
});

const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string' ? one : `${one.kind} ${one.externalId} ${one.kyc?.status ?? one.clickId ?? '-'}`,
  );
const change = {
  ...EVENT,
  subscriptionType: 'contact.propertyChange',
  propertyName: 'kyc_status',
  propertyValue: 'Approved',
};
test.each([
  ['one object instead of a list', EVENT, {}, ['registration 5512 -']],
  ['ids as text', [{ ...EVENT, objectId: '5512', occurredAt: '1735689600000' }], {}, ['registration 5512 -']],
  [
    'the newer form of the type',
    [{ ...EVENT, subscriptionType: 'object.creation', objectTypeId: '0-1' }],
    {},
    ['registration 5512 -'],
  ],
  ['a new deal', [{ ...EVENT, subscriptionType: 'deal.creation' }], {}, ['ignored unwanted_row']],
  [
    'a new company in the newer form',
    [{ ...EVENT, subscriptionType: 'object.creation', objectTypeId: '0-2' }],
    {},
    ['ignored unwanted_row'],
  ],
  ['a deletion', [{ ...EVENT, subscriptionType: 'contact.deletion' }], {}, ['ignored unwanted_row']],
  [
    'a KYC property',
    [change],
    { kycProperties: ['kyc_status'] },
    ['kyc_status 5512:kyc_status:1735689600000 passed'],
  ],
  [
    'a KYC property with an unknown word',
    [{ ...change, propertyValue: 'odd' }],
    { kycProperties: ['kyc_status'] },
    ['quarantined unknown_status'],
  ],
  [
    'another property',
    [{ ...change, propertyName: 'email', propertyValue: 'a@example.com' }],
    { kycProperties: ['kyc_status'] },
    ['ignored unwanted_row'],
  ],
  ['another system registers', [EVENT], { contacts: 'ignore' }, ['ignored unwanted_row']],
  ['an unknown type', [{ ...EVENT, subscriptionType: 'party.creation' }], {}, ['quarantined unknown_event']],
  ['no contact', [{ ...EVENT, objectId: null }], {}, ['quarantined missing_key']],
  [
    'a contact of the search',
    {
      results: [
        {
          id: '5512',
          properties: { createdate: '2025-01-01T00:00:00Z', email: 'a@example.com', click_id: 'clk-1' },
        },
      ],
      paging: null,
    },
    {},
    ['registration 5512 clk-1'],
  ],
  ['no events', [], {}, ['empty no_data']],
])('%s', (_name, body, settings: Record<string, string | string[]>, expected) => {
  expect(short(tell(body, settings))).toEqual(expected);
});
