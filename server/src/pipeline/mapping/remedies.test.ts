import { describe, expect, test } from 'vitest';
import { applyEdits, compileMapping, suggestRemedy } from './index.ts';
import { guessMeaning, guessNumberStyle, guessTimeFormat } from './likely.ts';

const document = {
  language: 1,
  name: 'crm',
  format: 'json',
  rules: [
    {
      name: 'deposit',
      when: [{ path: 'type', equals: 'deposit' }],
      event: {
        kind: { const: 'deposit' },
        externalId: 'id',
        occurredAt: { path: 'at', format: 'iso' },
        identifiers: [{ namespace: { const: 'customer' }, value: 'user' }],
        amount: 'amount',
        currency: 'currency',
        status: { path: 'state', map: { OK: 'approved' }, fold: true },
      },
      revisionOrder: { kind: 'arrival' },
    },
  ],
};
const good = {
  type: 'deposit',
  id: '1',
  at: '2026-01-01T00:00:00Z',
  user: '7',
  amount: '10',
  currency: 'USD',
  state: 'OK',
};
const receivedAt = Date.parse('2026-01-02T00:00:00Z') * 1000;

/** Maps a row, mends the mapping as suggested, and maps it again. */
function mend(row: object): { reason: string; words: string; after: string } {
  const body = JSON.stringify(row);
  const item = itemOf(compileMapping(document, {}).map({ body, receivedAt }));
  if (item?.outcome !== 'quarantined')
    throw new Error(`expected a row that cannot be read, got ${JSON.stringify(item)}`);
  const fields = new Map(Object.entries(row).map(([name, value]) => [name, String(value)]));
  const remedy = suggestRemedy({ document, feed: null, fields, ...item });
  const edited = applyEdits(document, remedy.edits);
  if (!edited.ok) throw new Error(edited.detail);
  const after = itemOf(compileMapping(edited.value, {}).map({ body, receivedAt }));
  return {
    reason: item.reason,
    words: remedy.words,
    after: after?.outcome === 'quarantined' ? after.reason : (after?.outcome ?? ''),
  };
}

function itemOf(mapped: ReturnType<ReturnType<typeof compileMapping>['map']>) {
  return mapped.outcome === 'items' ? mapped.items[0] : undefined;
}

describe('a suggested change mends', () => {
  test.each([
    ['an unseen status', { ...good, state: 'SETTLED' }, 'unknown_status', 'event'],
    ['a row that no rule knows', { ...good, type: 'bonus' }, 'unknown_event', 'ignored'],
    ['a sign instead of a currency', { ...good, currency: '€' }, 'bad_currency', 'event'],
    ['a time in another format', { ...good, at: '2026-01-01 10:00:00' }, 'bad_time', 'event'],
    ['a time as epoch', { ...good, at: 1767225600 }, 'bad_time', 'event'],
    ['a key under another name', { ...good, id: undefined, transaction_id: 't9' }, 'missing_key', 'event'],
    [
      'a customer under another name',
      { ...good, user: undefined, client_id: '9' },
      'bad_identifier',
      'event',
    ],
  ])('%s', (_what, row, reason, after) => {
    expect(mend(JSON.parse(JSON.stringify(row)) as object)).toMatchObject({ reason, after });
  });
});

test('a code whose name says nothing is never told to be likely money', () => {
  const mapping = {
    ...document,
    rules: [
      {
        ...document.rules[0],
        when: [],
        event: { ...document.rules[0]?.event, kind: { path: 'type', map: { MONEY_IN: 'deposit' } } },
      },
    ],
  };
  const fields = new Map([['type', 'CORRECTION']]);
  const remedy = suggestRemedy({
    document: mapping,
    feed: null,
    fields,
    reason: 'unknown_event',
    detail: '"CORRECTION" has no meaning in the mapping',
    path: '$.type',
  });
  expect(remedy).toMatchObject({ isGuess: true });
  expect(remedy.words).toContain('the meaning that the vendor tells');
  expect(remedy.words).not.toContain('likely');
});

test('what no change mends is told in words', () => {
  const trouble = { document, feed: null, fields: new Map(), detail: '', path: '$' };
  for (const reason of ['bad_json', 'future_event', 'contradicting_fields', 'something_else']) {
    const remedy = suggestRemedy({ ...trouble, reason });
    expect(remedy.edits).toEqual([]);
    expect(remedy.words.length).toBeGreaterThan(40);
  }
});

describe('guesses', () => {
  test.each([
    ['SETTLED', 'approved'],
    ['not_approved', 'declined'],
    ['Unsuccessful', 'declined'],
    ['In Progress', 'pending'],
    ['CHARGE_FAILED', 'declined'],
    ['xyzzy', 'pending'],
  ])('of the status %s', (code, meaning) => {
    expect(guessMeaning(code, { OK: 'approved' }, 'status')?.meaning).toBe(meaning);
  });

  test.each([
    ['2026-01-01T10:00:00Z', 'iso'],
    ['2026-01-01 10:00:00', 'local'],
    ['1767225600', 'epoch_s'],
    ['1767225600000', 'epoch_ms'],
    ['31.12.2026', { pattern: 'D.M.YYYY' }],
    ['12/31/2026 4:05 PM', { pattern: 'M/D/YYYY h:mm A' }],
    ['yesterday', undefined],
  ])('of the time %s', (text, format) => expect(guessTimeFormat(text)).toEqual(format));

  test.each([
    ['12,50', { decimal: ',' }],
    ['1.234,50', { decimal: ',', thousands: '.' }],
    ['1,234.50', { decimal: '.', thousands: ',' }],
    ['12.50', undefined],
  ])('of the number %s', (text, style) => expect(guessNumberStyle(text)).toEqual(style));
});
