import { createHmac } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startFileReader } from '../../../test/support/file-reader.ts';
import type { FileReader } from '../../../test/support/file-reader.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';

/** One of each kind that may never be stored, each unlike anything else in the database. */
const SECRETS = {
  password: 'Canary-Pw-77!',
  pan: '4111111111111111',
  spacedPan: '5555 5555 5555 4444',
  cvv: 'canary-cvv-313',
  passport: 'CANARYPASS99',
  tax: 'CANARYTAX77',
  iban: 'DE89370400440532013000',
  document: 'CANARYDOC55',
  birth: '1971-02-03',
} as const;

let api: TestApi;
let token: string;
let reader: FileReader;
const written: string[] = [];

beforeAll(async () => {
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => written.push(chunk.toString('utf8')));
  api = await startTestApi({ log: pino({ level: 'trace' }, stream) });
  const program = await api.call('POST', '/v1/programs', {
    body: { name: 'Privacy', vertical: 'forex', sandbox: true },
  });
  for (const [slug, reply] of [
    ['crm', 'strict'],
    ['old', 'legacy'],
  ] as const) {
    const made = await api.call('POST', '/v1/sources', {
      body: { programId: program.body.id, slug, preset: 'generic-s2s', registrar: true, reply },
    });
    expect(made.status, made.text).toBe(201);
    if (slug === 'crm') token = made.body.token;
  }
  await make('/v1/sources', {
    programId: program.body.id,
    slug: 'files',
    preset: 'generic-s2s',
    mapping: FILES,
  });
  const hook = {
    kind: 'webhook',
    verification: { scheme: 'hmac', header: 'X-Signature' },
    secret: HOOK_SECRET,
  };
  await make('/v1/sources/crm/feeds', { name: 'webhook', ...hook });
  await make('/v1/sources/crm/feeds', {
    name: 'open',
    kind: 'webhook',
    verification: { scheme: 'none' },
    secretPath: true,
  });
  const pixel = { origins: ['www.broker.example'], perMinute: 1_000 };
  await make('/v1/sources/crm/feeds', {
    name: 'pixel',
    kind: 'pixel',
    verification: { scheme: 'none' },
    settings: { pixel },
  });
  reader = await startFileReader(api);
});
afterAll(async () => {
  await reader.close();
  await api.close();
});

const HOOK_SECRET = 'the-secret-of-the-webhook';

async function make(path: string, body: object): Promise<void> {
  const made = await api.call('POST', path, { body });
  expect(made.status, made.text).toBe(201);
}

/** A file of deposits, with more columns than the mapping reads. */
const FILES = {
  language: 1,
  name: 'files',
  format: 'csv',
  rules: [
    {
      name: 'registration',
      event: {
        kind: { const: 'registration' },
        externalId: 'id',
        occurredAt: { path: 'time', format: 'iso' },
        identifiers: [{ namespace: { const: 'customer' }, value: 'id' }],
      },
      revisionOrder: { kind: 'arrival' },
    },
  ],
};

/** A prop platform's account with everything that could be in one, told under the names of the postback. */
const ACCOUNT = {
  event: 'registration',
  customer_id: 'c-1',
  accountLogin: '5012345',
  accountPassword: SECRETS.password,
  note: `card ${SECRETS.spacedPan} or ${SECRETS.pan}`,
  card: { number: SECRETS.pan, cvv: SECRETS.cvv },
  personalDetails: {
    dateOfBirth: SECRETS.birth,
    passport: { number: SECRETS.passport },
    taxIdentificationNumber: SECRETS.tax,
  },
  bankingDetails: { bankAccount: SECRETS.iban },
  document_numbers: [{ type: 'document_number', value: SECRETS.document }],
  accountAddons: JSON.stringify({ investorPassword: SECRETS.password, iban: SECRETS.iban }),
};
const FORM = new URLSearchParams({
  event: 'registration',
  customer_id: 'c-2',
  password: SECRETS.password,
  'card[number]': SECRETS.pan,
  comment: `mine is ${SECRETS.spacedPan}`,
  cvv: SECRETS.cvv,
  passport_number: SECRETS.passport,
  tax_id: SECRETS.tax,
  iban: SECRETS.iban,
  documentNumber: SECRETS.document,
  dob: SECRETS.birth,
}).toString();
const CSV = `event,customer_id,Password,Card Number,CVV,Passport,Tax ID,IBAN,Document No,Date of Birth,note\nregistration,c-3,${Object.values(
  SECRETS,
)
  .filter((value) => value !== SECRETS.spacedPan)
  .join(',')},${SECRETS.spacedPan}\n`;

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const EVENT = {
  source: 'crm',
  kind: 'registration',
  externalId: 'x-1',
  occurredAt: '2026-03-01T10:00:00Z',
  identifiers: [{ namespace: 'customer', value: 'c-9' }],
  extra: { password: SECRETS.password, note: SECRETS.pan, comment: SECRETS.iban },
};

const { spacedPan: _spaced, ...PLAIN } = SECRETS;
const ROW = Object.values(PLAIN).join(',');
const TABLE = [
  'id,time,Password,Card Number,CVV,Passport,Tax ID,IBAN,Document No,Date of Birth,note',
  `r-1,2026-03-01T10:00:00Z,${ROW},mine is ${SECRETS.spacedPan}`,
  `r-2,no time at all,${ROW},`,
].join('\n');

/** Signed over the bytes of the wire, unless the headers bring a signature of their own. */
function hook(body: string | Buffer, headers: Record<string, string>, query = ''): Promise<Answer> {
  const signature = createHmac('sha256', HOOK_SECRET).update(body).digest('hex');
  return api.call('POST', `/hooks/crm${query}`, {
    key: null,
    body,
    headers: { 'x-signature': signature, ...headers },
  });
}

function pixel(query: string, body?: string, page = 'https://www.broker.example/'): Promise<Answer> {
  const headers = { origin: new URL(page).origin, referer: page };
  return body === undefined
    ? api.call('GET', `/px/crm.gif${query}`, { key: null, headers })
    : api.call('POST', `/px/crm.gif`, { key: null, headers, body });
}

/** Uploads, looks, imports to the end, and answers with all that a person is shown of it. */
async function file(body: string | Buffer, query = '?start=true'): Promise<Answer> {
  const made = await api.call('POST', `/v1/sources/files/imports${query}`, {
    body,
    headers: { 'content-type': 'text/csv' },
  });
  if (made.status !== 201) return made;
  await reader.idle();
  const at = `/v1/sources/files/imports/${made.body.id}`;
  const shown = await Promise.all(
    ['', '/preview', '/errors.csv'].map((what) => api.call('GET', `${at}${what}`)),
  );
  return { ...made, text: [made, ...shown].map(({ text }) => text).join('\n') };
}

const DOORS: readonly [string, () => Promise<Answer>][] = [
  ['postback by query', () => api.call('GET', `/s2s/crm?token=${token}&${FORM}`, { key: null })],
  ['postback by form', () => api.call('POST', `/s2s/crm/${token}`, { key: null, body: FORM, headers: form })],
  [
    'postback by JSON',
    () => api.call('POST', `/s2s/crm/${token}`, { key: null, body: JSON.stringify(ACCOUNT), headers: json }),
  ],
  [
    'postback that is no JSON in the end',
    () =>
      api.call('POST', `/s2s/crm/${token}`, {
        key: null,
        body: JSON.stringify(ACCOUNT).slice(0, -1),
        headers: json,
      }),
  ],
  [
    'postback of another kind',
    () =>
      api.call('GET', `/s2s/crm?token=${token}&${FORM.replace('registration', 'unheard')}`, { key: null }),
  ],
  [
    'raw JSON',
    () => api.call('POST', '/v1/sources/crm/deliveries', { body: JSON.stringify([ACCOUNT]), headers: json }),
  ],
  [
    'raw CSV',
    () =>
      api.call('POST', '/v1/sources/crm/deliveries', { body: CSV, headers: { 'content-type': 'text/csv' } }),
  ],
  [
    'raw XML',
    () =>
      api.call('POST', '/v1/sources/crm/deliveries', {
        body: `<a><password>${SECRETS.password}</password><card>${SECRETS.pan}</card><iban>${SECRETS.iban}</iban></a>`,
        headers: { 'content-type': 'application/xml' },
      }),
  ],
  ['one event', () => api.call('POST', `/v1/events?${FORM}`, { body: EVENT })],
  [
    'one event that is broken',
    () =>
      api.call('POST', '/v1/events?source=crm', { body: JSON.stringify(EVENT).slice(0, -2), headers: json }),
  ],
  [
    'an event with a card for an amount',
    () =>
      api.call('POST', '/v1/events', {
        body: { ...EVENT, kind: 'deposit', currency: 'USD', amount: SECRETS.pan },
      }),
  ],
  [
    'a batch',
    () =>
      api.call('POST', '/v1/events/batch', {
        body: {
          source: 'crm',
          events: [
            { ...EVENT, externalId: 'x-2' },
            { ...EVENT, kind: SECRETS.iban },
          ],
        },
      }),
  ],
  [
    'a batch of lines',
    () =>
      api.call('POST', '/v1/events/batch', {
        body: `${JSON.stringify({ ...EVENT, externalId: 'x-3' })}\n{"password":"${SECRETS.password}",\n`,
        headers: { 'content-type': 'application/x-ndjson' },
      }),
  ],
  ['webhook', () => hook(JSON.stringify(ACCOUNT), json)],
  ['webhook by form', () => hook(FORM, form)],
  [
    'webhook, compressed',
    () => hook(gzipSync(JSON.stringify(ACCOUNT)), { ...json, 'content-encoding': 'gzip' }),
  ],
  ['webhook that is broken', () => hook(JSON.stringify(ACCOUNT).slice(0, -3), json)],
  ['webhook in UTF-16', () => hook(Buffer.from(`\ufeff${JSON.stringify(ACCOUNT)}`, 'utf16le'), json)],
  ['webhook with a wrong signature', () => hook(FORM, { ...form, 'x-signature': 'f'.repeat(64) })],
  [
    'webhook whose parameters nobody signed',
    () => hook('{"event":"registration","customer_id":"c-12"}', json, `?${FORM}`),
  ],
  [
    'webhook without the secret of its path',
    () => api.call('POST', '/hooks/crm/open', { key: null, body: FORM, headers: form }),
  ],
  ['pixel', () => pixel(`?${FORM}`)],
  ['pixel by beacon', () => pixel('', FORM)],
  [
    'pixel from a page with secrets in its address',
    () => pixel(`?event=registration&customer_id=c-14`, undefined, `https://www.broker.example/?${FORM}`),
  ],
  ['pixel from a page that may not tell', () => pixel(`?${FORM}`, undefined, 'https://evil.example/')],
  ['file', () => file(TABLE)],
  [
    'file as a spreadsheet writes it',
    () => file(`\ufeffsep=;\r\n${TABLE.replaceAll(',', ';').replaceAll('\n', '\r\n')}`),
  ],
  ['file in UTF-16', () => file(Buffer.from(`\ufeff${TABLE}`, 'utf16le'))],
  [
    'file with rows that are too long, too short and never end',
    () => file(`${TABLE}\nr-8,x,${ROW}\n${ROW.slice(0, -30)}\nr-9,"${ROW}\n${ROW}`),
  ],
  ['file that is compressed', () => file(gzipSync(TABLE))],
  ['file of another table', () => file(TABLE.replace('id,time', 'first,second'))],
  ['file that is only tried', () => file(TABLE, '?dryRun=true')],
  ['an unknown source', () => api.call('POST', '/v1/events', { body: { ...EVENT, source: 'nobody' } })],
  ['a wrong token', () => api.call('POST', '/s2s/crm/wrong', { key: null, body: FORM, headers: form })],
];

/** Every cell of every table as text: bytes show as hex. */
async function everything(): Promise<{ table: string; text: string }[]> {
  const tables = await api.database.owner<{ name: string }>(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'`,
  );
  const found: { table: string; text: string }[] = [];
  for (const { name } of tables) {
    for (const row of await api.database.owner<{ text: string }>(`select t::text as text from ${name} t`))
      found.push({ table: name, text: row.text });
  }
  return found;
}

function traces(text: string): string[] {
  const lower = text.toLowerCase();
  return Object.entries(SECRETS)
    .filter(([, value]) =>
      [
        value,
        encodeURIComponent(value),
        new URLSearchParams({ a: value }).toString().slice(2),
        Buffer.from(value).toString('hex'),
        Buffer.from(value).toString('base64').replace(/=+$/, ''),
      ].some((form) => lower.includes(form.toLowerCase())),
    )
    .map(([name]) => name);
}

describe('what may never be stored', () => {
  test.each(DOORS)('is in no answer: %s', async (_door, knock) => {
    const answer = await knock();
    expect(answer.status).toBeLessThan(500);
    expect(traces(answer.text)).toEqual([]);
  });

  test('is in no cell of the database and in no line of the log, after every door', async () => {
    for (const [, knock] of DOORS) await knock();
    expect(reader.faults).toEqual([]);
    const feeds = await api.database.owner<{ feed: string }>(
      'select distinct unnest(feeds) as feed from delivery_chunk',
    );
    expect(feeds.map(({ feed }) => feed)).toEqual(
      expect.arrayContaining(['postback', 'webhook', 'pixel', 'file', 'raw', 'api', 'batch']),
    );
    const rows = await everything();
    expect(rows.some(({ table }) => table === 'delivery_chunk')).toBe(true);
    const leaks = rows.flatMap(({ table, text }) => traces(text).map((name) => `${table}: ${name}`));
    expect(leaks).toEqual([]);
    expect(traces(written.join(''))).toEqual([]);
  });

  test('is shown as dropped: where and why', async () => {
    const answer = await api.call('POST', '/v1/sources/crm/deliveries', {
      body: JSON.stringify([{ ...ACCOUNT, customer_id: 'c-5' }]),
      headers: json,
    });
    const shown = await api.call('GET', `/v1/deliveries/${answer.body.deliveries[0].id}`);
    const dropped: { path: string; why: string; sentence: string; count: number }[] = shown.body.dropped;
    expect(dropped.map(({ path, why }) => `${path} ${why}`).toSorted()).toEqual([
      '$[*].accountAddons.iban bank_account',
      '$[*].accountAddons.investorPassword secret',
      '$[*].accountPassword secret',
      '$[*].bankingDetails bank_account',
      '$[*].card.cvv card_data',
      '$[*].card.number card_number',
      '$[*].document_numbers document_number',
      '$[*].note card_number',
      '$[*].personalDetails.dateOfBirth date_of_birth',
      '$[*].personalDetails.passport document_number',
      '$[*].personalDetails.taxIdentificationNumber tax_number',
    ]);
    expect(dropped.every(({ sentence, count }) => sentence.length > 10 && count === 1)).toBe(true);
    expect(JSON.parse(shown.body.body)).toMatchObject([{ customer_id: 'c-5', accountLogin: '5012345' }]);
  });

  test('leaves a delivery without it untouched, byte for byte', async () => {
    const body = ' {"event" : "registration","customer_id":"c-6","amount":1.10,"customer_id":"c-6"}';
    const answer = await api.call('POST', '/v1/sources/crm/deliveries', { body, headers: json });
    const shown = await api.call('GET', `/v1/deliveries/${answer.body.deliveries[0].id}`);
    expect([shown.body.body, shown.body.dropped]).toEqual([body, []]);
  });
});
