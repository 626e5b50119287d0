// Files of a cashier in dialects that nobody had before them, each through upload and reading to the events that it tells.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFileReader } from '../../test/support/file-reader.ts';
import type { FileReader } from '../../test/support/file-reader.ts';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';

const CASHIER = {
  language: 1,
  name: 'cashier of a German operator',
  format: 'csv',
  numbers: { decimal: ',', thousands: '.' },
  rules: [
    {
      name: 'deposit',
      event: {
        kind: { const: 'deposit' },
        recordType: { const: 'deposit' },
        externalId: 'id',
        occurredAt: { path: 'time', format: { pattern: 'D.M.YYYY H:mm' }, zone: { const: 'Europe/Berlin' } },
        identifiers: [{ namespace: { const: 'customer' }, value: 'player' }],
        amount: 'amount',
        currency: 'currency',
      },
      revisionOrder: { kind: 'arrival' },
    },
  ],
};
const HEAD = 'id;player;time;amount;currency;note';
const PLAIN = `${HEAD}\n1;Müller;4.5.2026 10:00;1.250,50;EUR;gut\n2;Łoś;04.05.2026 09:05;0,07;EUR;\n`;
const READ = ['1 Müller 1250.5 EUR 2026-05-04T08:00:00.000Z', '2 Łoś 0.07 EUR 2026-05-04T07:05:00.000Z'];
const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const by = (delimiter: string): string => PLAIN.replaceAll(';', delimiter);

/** Name, bytes, the events it gives, and the rows that give none by "disposition:reason". */
const FILES: readonly (readonly [
  name: string,
  bytes: Uint8Array,
  tells: readonly string[],
  others?: Record<string, number>,
])[] = [
  ['UTF-16 with its mark, and tabs', Buffer.from(`\ufeff${by('\t')}`, 'utf16le'), READ],
  ['UTF-16 the other way round, without a mark, and pipes', swapped(by('|')), READ],
  ['UTF-16 the other way round, with its mark', swapped(`\ufeff${PLAIN}`), READ],
  [
    'UTF-8 with its mark and an announced delimiter',
    Buffer.from(`\ufeffsep=;\r\n${PLAIN.replaceAll('\n', '\r\n')}`),
    READ,
  ],
  [
    'Windows-1252, as an old server writes it',
    Buffer.from(`${HEAD}\n1;Müller;4.5.2026 10:00;1.250,50;EUR;grün\n`, 'latin1'),
    READ.slice(0, 1),
  ],
  ['packed', gzipSync(PLAIN), READ],
  [
    'cells of several lines, doubled quotes, delimiters inside, and no end of the last line',
    Buffer.from(
      `${HEAD}\r\n1;Müller;4.5.2026 10:00;"1.250,50";EUR;"a\r\nb;""c"""\r\n\r\n2;"Łoś";04.05.2026 09:05;0,07;EUR;"left\nopen"`,
    ),
    READ,
  ],
  [
    'the hour that Berlin shows twice, and the one that it skips',
    Buffer.from(
      `${HEAD}\n1;7;25.10.2026 2:30;1;EUR;\n2;7;29.3.2026 2:30;2;EUR;\n3;7;25.10.2026 3:00;3;EUR;\n`,
    ),
    [
      '1 7 1 EUR 2026-10-25T00:30:00.000Z',
      '2 7 2 EUR 2026-03-29T01:30:00.000Z',
      '3 7 3 EUR 2026-10-25T02:00:00.000Z',
    ],
  ],
  [
    'amounts of another country, and of none',
    Buffer.from(
      `${HEAD}\n1;7;4.5.2026 10:00;1,250.50;EUR;\n2;7;4.5.2026 10:00;12.50;EUR;\n3;7;4.5.2026 10:00;€ 5;EUR;\n4;7;4.5.2026 10:00;−5,00;EUR;\n5;7;4.5.2026 10:00;1.234.567,80;EUR;\n`,
    ),
    ['5 7 1234567.8 EUR 2026-05-04T08:00:00.000Z'],
    { 'quarantined:bad_amount': 4 },
  ],
  [
    'days that no calendar has, and US dates',
    Buffer.from(
      `${HEAD}\n1;7;31.2.2026 10:00;1;EUR;\n2;7;5/4/2026 10:00;1;EUR;\n3;7;29.2.2024 24:00;1;EUR;\n`,
    ),
    [],
    { 'quarantined:bad_time': 3 },
  ],
  [
    'a cell too many, one too few, and the header once more',
    Buffer.from(`${PLAIN}3;7;4.5.2026 10:00;1;EUR;x;y\n4;7;4.5.2026\n${HEAD}\n`),
    READ,
    { 'quarantined:bad_row': 2, 'ignored:repeated_header': 1 },
  ],
  ['a header alone', Buffer.from(`${HEAD}\n`), []],
];

let api: TestApi;
let reader: FileReader;
let programId: string;
beforeAll(async () => {
  api = await startTestApi({ fence: false });
  api.setNow('2026-11-01T00:00:00Z');
  reader = await startFileReader(api);
  programId = (await api.call('POST', '/v1/programs', { body: { name: 'Files', vertical: 'forex' } })).body
    .id;
});
afterAll(async () => {
  await reader.close();
  await api.close();
});

test.each(FILES)('%s', async (name, bytes, tells = [], others = {}) => {
  const slug = `f${FILES.findIndex(([own]) => own === name)}`;
  const made = await api.call('POST', '/v1/sources', {
    body: { programId, slug, preset: 'generic-s2s', registrar: true, mapping: CASHIER },
  });
  expect(made.status, made.text).toBe(201);
  for (const round of ['first', 'again']) {
    const uploaded = await api.call('POST', `/v1/sources/${slug}/imports?name=${round}.csv`, {
      body: bytes,
      headers: { 'content-type': 'text/csv' },
    });
    expect(uploaded.status, uploaded.text).toBe(201);
    const { id } = uploaded.body;
    const started = await api.call('POST', `/v1/sources/${slug}/imports/${id}/start`);
    expect(started.status, started.text).toBeLessThan(300);
    await reader.idle();
    const { body } = await api.call('GET', `/v1/sources/${slug}/imports/${id}`);
    const taken = round === 'first' ? ['parked', 'accepted'] : ['duplicate'];
    const { counts = {}, reasons = {} } = body.progress;
    expect(body.state, JSON.stringify(body)).toBe('done');
    expect(
      taken.reduce((sum, one) => sum + (counts[one] ?? 0), 0),
      JSON.stringify(body.progress),
    ).toBe(tells.length);
    for (const [reason, count] of Object.entries(others))
      expect(reasons, reason).toMatchObject({ [reason]: count });
  }
  const events = await api.database.owner<{ said: string }>(
    `select concat_ws(' ', e.external_id, e.content -> 'identifiers' -> 0 ->> 'value', e.content ->> 'amount', e.content ->> 'currency',
       e.content ->> 'occurredAt') as said
     from event e join source s on s.id = e.source_id where s.slug = $1 order by e.external_id`,
    [slug],
  );
  expect(events.map(({ said }) => said)).toEqual(tells);
});
