import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkMapping } from '../../pipeline/mapping/index.ts';
import { writeDocumentText, parseDocumentText } from '../../platform/document-text.ts';
import { draftMapping } from './first-draft.ts';
import type { FirstDraft } from './facts.ts';
import { guessKind } from './kinds.ts';
import { readDraft } from './read-draft.ts';
import { readSamples } from './sample.ts';

const receivedAt = Date.UTC(2026, 11, 1) * 1000;
const vendor = (file: string): string =>
  readFileSync(new URL(`../../../../docs/guides/samples/${file}`, import.meta.url), 'utf8');

function draft(...samples: string[]): FirstDraft {
  const sample = readSamples(samples);
  if (!sample.ok) throw new Error(sample.detail);
  return draftMapping(sample.value);
}

function readings(samples: string[], settings = {}): string[] {
  const { reads } = readDraft(draft(...samples).document, { samples, settings, receivedAt });
  return (reads ?? []).map(({ outcome, says }) => `${outcome} ${says}`);
}

const sure = (made: FirstDraft, at: string): string[] =>
  made.notes.filter((note) => note.at === at).map((note) => note.sure);

describe('the vendors of the guide', () => {
  const brightdesk = ['registration.json', 'deposit.json', 'deposit-declined.json'].map((file) =>
    vendor(`brightdesk/${file}`),
  );

  test('a webhook with registrations and deposits reads at once, once its zone is said', () => {
    const { document } = draft(...brightdesk);
    expect(readDraft(document, { samples: brightdesk, settings: {}, receivedAt })).toEqual({
      needs: ['zone'],
      reads: null,
    });
    expect(readings(brightdesk, { zone: 'Europe/Nicosia' })).toEqual([
      'event registration customer:BD-70412 at 2026-11-02T07:31:02.000Z of customer BD-70412',
      'event deposit BD-TX-99120 at 2026-11-03T12:05:38.000Z of customer BD-70412 250 USD approved',
      'event unsettled BD-TX-99117 at 2026-11-03T11:58:11.000Z of customer BD-70412 250 USD declined',
    ]);
  });

  test('a European CSV reads but for the statuses that only its vendor can explain', () => {
    const samples = [vendor('harbourpay/payments.csv')];
    const made = draft(...samples);
    expect(sure(made, '$.rules[0].event.status.map')).toEqual(['missing']);
    expect(readings(samples, { zone: 'UTC' })).toEqual([
      'quarantined unknown_status: "Booked" has no meaning in the mapping',
      'quarantined unknown_status: "Bounced" has no meaning in the mapping',
      'quarantined unknown_status: "Booked" has no meaning in the mapping',
      'quarantined unknown_status: "Booked" has no meaning in the mapping',
    ]);
  });

  test('a page of operations reads its rows, cents and revisions, and leaves what it does not know', () => {
    expect(readings([vendor('kestrel/cashier-events.json')], { colour: 'red' })).toEqual([
      'event deposit kst_5d0a61 at 2026-11-04T10:01:00.000Z of customer BD-70412 175 USD approved',
      'event withdrawal kst_5d0a62 at 2026-11-04T11:01:30.000Z of customer BD-70412 40 USD approved',
      'quarantined unknown_event: "CORRECTION" has no meaning in the mapping',
    ]);
  });
});

describe('a draft', () => {
  test('of nothing but odd fields compiles and says what is missing', () => {
    const made = draft('{"foo":{"bar":1},"a.b":"x","list":[1,2]}');
    expect(checkMapping(made.document, {})).toEqual([]);
    const missing = made.notes.filter((note) => note.sure === 'missing').map((note) => note.at);
    expect(missing).toEqual([
      '$.rules[0].event.externalId',
      '$.rules[0].event.whenNoTime',
      '$.rules[0].event.identifiers[0]',
      '$.rules[0].event.identifiers',
    ]);
    expect(made.document['knownFields']).toEqual(['foo.bar', '["a.b"]', 'list']);
  });

  test('never takes money that a kind calls failed, where no status says so', () => {
    const rows = ['deposit.failed', 'deposit.paid'].map((type, index) => ({
      type,
      id: `t${index}`,
      user_id: 'u1',
      amount: '10.50',
      currency: 'EUR',
      created_at: '2026-11-01T10:00:00Z',
    }));
    expect(readings([JSON.stringify(rows)])).toEqual([
      'event unsettled t0 at 2026-11-01T10:00:00.000Z of customer u1 10.5 EUR declined',
      'event deposit t1 at 2026-11-01T10:00:00.000Z of customer u1 10.5 EUR approved',
    ]);
  });

  test.each([
    ['3/4/2026 10:00', 'guess', 'M/D/YYYY H:mm'],
    ['13/4/2026 10:00', 'found', 'D/M/YYYY H:mm'],
  ])('says of the date %s whether it can be read in two ways: %s', (date, sureness, pattern) => {
    const made = draft(`id;customer_id;amount;currency;date\n1;7;5,50;EUR;${date}\n`);
    expect(sure(made, '$.rules[0].event.occurredAt')).toEqual([sureness]);
    expect(JSON.stringify(made.document)).toContain(`"${pattern}"`);
    expect(sure(made, '$.settings.zone')).toEqual(['missing']);
  });

  test('asks whether whole amounts are cents', () => {
    const made = draft('{"event":"deposit","id":"1","client_id":"7","amount":5000,"currency":"EUR"}');
    expect(sure(made, '$.rules[0].event.amount')).toContain('guess');
  });

  test('finds amounts and clicks under short names, and keys no registration by the id of its message', () => {
    const rows = [
      {
        type: 'account_opened',
        id: 'ntf_1',
        ts: 1793962800,
        account: { ref: 'P1' },
        tags: { aff_click: 'c1' },
      },
      {
        type: 'payin_captured',
        id: 'ntf_2',
        ts: 1794049200,
        account: { ref: 'P1' },
        payin: { ref: 'T1', state: 'captured', value: { cents: 32550, fee_cents: 650, currency: 'USD' } },
      },
    ];
    const made = draft(JSON.stringify({ notifications: rows }));
    expect(JSON.stringify(made.document)).toContain('"clickId":"tags.aff_click"');
    expect(readings([JSON.stringify({ notifications: rows })])).toEqual([
      'event registration customer:P1 at 2026-11-06T11:00:00.000Z of customer P1',
      'event deposit T1 at 2026-11-07T11:00:00.000Z of customer P1 325.5 USD approved',
    ]);
  });

  test('marks the id that stands in where the id of a record is missing', () => {
    const made = draft(
      '[{"type":"deposit","id":"1","deposit_id":"D1","user_id":"u","amount":"5.00","currency":"EUR"},{"type":"withdrawal","id":"2","user_id":"u","amount":"5.00","currency":"EUR"}]',
    );
    expect(sure(made, '$.rules[0].event.externalId')).toContain('guess');
  });

  test('takes for the time what looks like one where no name says so, and marks it; digits alone are no time', () => {
    const row = { type: 'deposit', customer_id: 'C1', amount: 5, currency: 'EUR', transaction: 't1' };
    const made = draft(JSON.stringify({ ...row, modified: '2026-05-01T10:00:00Z', batch: 1793962800 }));
    expect(sure(made, '$.rules[0].event.occurredAt')).toEqual(['guess']);
    expect(readings([JSON.stringify({ ...row, modified: '2026-05-01T10:00:00Z' })])).toEqual([
      'event deposit t1 at 2026-05-01T10:00:00.000Z of customer C1 5 EUR',
    ]);
    expect(sure(draft(JSON.stringify({ ...row, batch: 1793962800 })), '$.rules[0].event.whenNoTime')).toEqual(
      ['missing'],
    );
  });

  test('of rows of trades says where to start instead', () => {
    const made = draft('ticket,login,symbol,lots,open time\n1,7001,EURUSD,0.5,2026-11-01 10:00:00\n');
    expect(made.notes.find((note) => note.at === '$.rules[0]')?.says).toContain('trades');
  });

  test('is written as YAML that reads as the same document, with the remarks above their lines', () => {
    const made = draft(vendor('kestrel/cashier-events.json'));
    const text = writeDocumentText(made.document, [{ at: '$.rules[0].event.amount', text: 'GUESS: cents' }]);
    expect(text).toContain('# GUESS: cents\n      amount:');
    const parsed = parseDocumentText(text);
    expect(parsed.ok && parsed.value.document).toEqual(made.document);
  });
});

test.each([
  ['Client.Registered', 'registration'],
  ['FTD', 'first_deposit'],
  ['cashIn', 'deposit'],
  ['deposit_chargeback', 'chargeback'],
  ['WITHDRAWAL_REQUEST', 'withdrawal'],
  ['credit_in', undefined],
  ['profile.updated', undefined],
])('the code %s is taken for %s', (code, kind) => {
  expect(guessKind(code)).toBe(kind);
});

test.each([
  ['', /empty/],
  ['{"a":', /./],
  ['[1,2]', /no object/],
  ['a,b\n', /no lines|no row/],
])('the sample %j is refused with a reason', (text, says) => {
  const sample = readSamples([text]);
  expect(sample.ok ? '' : sample.detail).toMatch(says);
});
