import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFileReader } from '../../test/support/file-reader.ts';
import type { FileReader } from '../../test/support/file-reader.ts';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';

let api: TestApi;
let reader: FileReader;

beforeAll(async () => {
  api = await startTestApi({ fence: false });
  reader = await startFileReader(api);
  const programId = (await api.call('POST', '/v1/programs', { body: { name: 'Files', vertical: 'forex' } }))
    .body.id;
  const mapping = {
    language: 1,
    name: 'cashier',
    format: 'csv',
    rules: [
      {
        name: 'deposit',
        event: {
          kind: { const: 'deposit' },
          recordType: { const: 'deposit' },
          externalId: 'id',
          occurredAt: { path: 'time', format: 'iso' },
          identifiers: [{ namespace: { const: 'customer' }, value: 'player' }],
          amount: 'amount',
          currency: { const: 'EUR' },
        },
        revisionOrder: { kind: 'arrival' },
      },
    ],
  };
  await api.call('POST', '/v1/sources', {
    body: { programId, slug: 'cashier', preset: 'generic-s2s', mapping },
  });
});
afterAll(async () => {
  await reader.close();
  await api.close();
});

const AT = '/v1/sources/cashier/imports';
const row = (id: string, note = ''): string => `${id},42,2026-02-01T00:00:00Z,10,${note}`;

test('a header that the database cannot keep does not keep the file from ending', async () => {
  const made = await api.call('POST', `${AT}?start=true`, {
    body: ['id,player,time,amount,no\0te', row('a'), row('b', 'x\0y'), row('c')].join('\n'),
    headers: { 'content-type': 'text/csv' },
  });
  expect(made.status, made.text).toBe(201);
  await reader.idle();
  expect(reader.faults).toEqual([]);
  const { body } = await api.call('GET', `${AT}/${made.body.id}`);
  // A header that no one can keep spoils every row; none of them may keep the file from ending.
  expect(body).toMatchObject({ state: 'done', progress: { rows: 3, counts: { refused: 3 } } });
});

test('a row with a character that the database cannot keep stands in the errors and spoils no other', async () => {
  const made = await api.call('POST', `${AT}?start=true`, {
    body: ['id,player,time,amount,note', row('a'), row('b', 'x\0y'), row('c')].join('\n'),
    headers: { 'content-type': 'text/csv' },
  });
  await reader.idle();
  expect(reader.faults).toEqual([]);
  const { body } = await api.call('GET', `${AT}/${made.body.id}`);
  expect(body).toMatchObject({ state: 'done', progress: { rows: 3, counts: { parked: 2, refused: 1 } } });
  expect((await api.call('GET', `${AT}/${made.body.id}/errors.csv`)).text).toContain('x\uFFFDy');
});

test('a file may have any name', async () => {
  const form = [
    '--edge',
    'content-disposition: form-data; name="file"; filename="a\0b.csv"',
    '',
    `id,player,time,amount\n${row('n')}`,
    '--edge--',
    '',
  ].join('\r\n');
  const made = await api.call('POST', AT, {
    body: form,
    headers: { 'content-type': 'multipart/form-data; boundary=edge' },
  });
  expect([made.status, made.body.name], made.text).toEqual([201, 'a\uFFFDb.csv']);
});

test('a form that ends in the middle is refused with what to do', async () => {
  const form = `--edge\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nid,player\n1`;
  const made = await api.call('POST', AT, {
    body: form,
    headers: { 'content-type': 'multipart/form-data; boundary=edge' },
  });
  expect([made.status, made.body.code], made.text).toEqual([400, 'upload_broken']);
});

test('a header as long as a page is shown in the preview', async () => {
  const made = await api.call('POST', AT, {
    body: `id,player,time,amount,${'y'.repeat(70_000)}\n${row('p').replace(',10,', ',ten,')}`,
    headers: { 'content-type': 'text/csv' },
  });
  const preview = await api.call('GET', `${AT}/${made.body.id}/preview`);
  expect(preview.status, preview.text.slice(0, 400)).toBe(200);
  expect(preview.body.rows[0].cells).toHaveLength(5);
});
