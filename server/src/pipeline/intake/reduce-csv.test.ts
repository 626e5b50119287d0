// Tables as spreadsheets write them: the door must find the same columns as the mapping, or a dropped one stays.
import { expect, test } from 'vitest';
import { createRandom } from '../../../test/drill/random.ts';
import { readRecords } from '../mapping/csv.ts';
import { compileMapping } from '../mapping/index.ts';
import { frameCsv, readRow } from './read-csv.ts';
import { createReduction, reduceDelivery, reductionOf } from './reduce.ts';

const RULE = {
  name: 'deposit',
  event: {
    kind: { const: 'deposit' },
    externalId: 'id',
    occurredAt: { path: 'time', format: 'iso' },
    identifiers: [{ namespace: { const: 'crm' }, value: 'player' }],
    amount: 'amount',
    currency: { const: 'EUR' },
  },
  revisionOrder: { kind: 'arrival' },
};
const mapping = (csv: object = {}, more: object = {}) =>
  compileMapping({ language: 1, name: 'csv', format: 'csv', csv, rules: [RULE], ...more }, {});

function kept(text: string | Buffer, by = mapping()): string {
  const delivery = { body: Buffer.from(text), contentType: 'text/csv', query: '' };
  return reduceDelivery(delivery, reductionOf(by)).body.toString('utf8');
}

const HEAD = 'id,player,time,amount,password';
const ROW = 'd1,u1,2026-01-01T00:00:00Z,1.5,canary';
const semicolons = (text: string): string => text.replaceAll(',', ';');
const NAMES = HEAD.split(',');

test.each<[string, string | Buffer, ReturnType<typeof mapping>]>([
  ['an announced delimiter', `sep=;\n${semicolons(`${HEAD}\n${ROW}`)}`, mapping()],
  ['an announced delimiter behind a mark', `\ufeffsep=;\r\n${semicolons(`${HEAD}\r\n${ROW}`)}`, mapping()],
  [
    'an announced delimiter that the mapping does not expect',
    `sep=;\n${semicolons(`${HEAD}\n${ROW}`)}`,
    mapping({ delimiter: ',' }),
  ],
  [
    'an announced delimiter behind skipped lines',
    `Report\nsep=|\n${`${HEAD}\n${ROW}`.replaceAll(',', '|')}`,
    mapping({ skipLines: 1 }),
  ],
  [
    'an announced delimiter, and names from the mapping',
    `sep=;\n${semicolons(ROW)}`,
    mapping({ header: NAMES }),
  ],
  ['names from the mapping', ROW, mapping({ header: NAMES })],
  ['names from the mapping, and a header that repeats them', `${HEAD}\n${ROW}`, mapping({ header: NAMES })],
  ['lines that are empty before the header', `\n\r\n${HEAD}\n${ROW}`, mapping()],
  [
    'a secret before the header',
    `password: canary\n${HEAD}\n${ROW.replace('canary', '')}`,
    mapping({ skipLines: 1 }),
  ],
  [
    'skipped lines and a repeated header',
    `Report\n\n${HEAD}\n${ROW}\n${HEAD}\n${ROW}`,
    mapping({ skipLines: 2 }),
  ],
  ['delimiters in a quoted name of the header', `"a;b;c;d;e;f;g",${HEAD}\n1,${ROW}`, mapping()],
  ['a quote inside of a plain cell', `${HEAD}\n${ROW.replace('u1', '5" pipe')}\n${ROW}`, mapping()],
  ['a quote that never closes', `${HEAD}\n${ROW.replace('u1', '"u1')}\n${ROW}`, mapping()],
  ['text behind a quoted cell', `${HEAD}\n${ROW.replace('u1', '"u"1')}\n${ROW}`, mapping()],
  ['a cell too many', `${HEAD}\n${ROW.replace('u1', 'u1,Jr.')}`, mapping()],
  ['a cell too few', `${HEAD}\n${ROW.replace('u1,', '')}`, mapping()],
  [
    'a line before the header that the mapping does not expect',
    `Report of March\n${HEAD}\n${ROW}`,
    mapping(),
  ],
  ['another table', `first,second,password\n1,2,canary`, mapping()],
  ['another table with another delimiter', `Report\n\nfirst;password\n1;canary`, mapping()],
  [
    'the table of another feed',
    `Report\n${HEAD}\n${ROW}`,
    mapping({}, { feeds: { old: { format: 'csv', csv: { skipLines: 1 }, rules: [RULE] } } }),
  ],
  ['UTF-16', Buffer.from(`\ufeff${HEAD}\n${ROW}`, 'utf16le'), mapping()],
  ['lines that end with a return', `${HEAD}\r${ROW}\r${ROW}`, mapping()],
])('a dropped column is dropped: %s', (_what, text, by) => {
  const left = kept(text, by);
  expect(left.replaceAll('\0', '')).not.toContain('canary');
});

test('a repeated header stays as it is, so that the mapping knows it', () => {
  expect(kept(`${HEAD}\n${ROW}\n${HEAD}\n`)).toBe(`${HEAD}\n${ROW.replace('canary', '')}\n${HEAD}\n`);
});

test('a value that is also a private name makes no header of its row', () => {
  const text =
    'id,player,time,amount,method\nd1,u1,2026-01-01T00:00:00Z,1.5,iban\nd2,u1,2026-01-01T00:00:00Z,1.5,card\n';
  expect(kept(text)).toBe(text);
});

test('a column that the mapping reads by a name in another script is kept', () => {
  const reduction = createReduction({
    mode: 'keepRead',
    keep: [],
    drop: [],
    rows: [],
    reads: ['Größe'],
    readsWhole: [],
  });
  const delivery = { body: Buffer.from('Größe,email\n1,canary\n'), contentType: 'text/csv', query: '' };
  expect(reduceDelivery(delivery, reduction).body.toString('utf8')).toBe('Größe,email\n1,\n');
});

test.each([
  ['GRÖSSE-2,e_mail,email\n1,2,canary\n', true, 'GRÖSSE-2,e_mail,email\n1,,\n'],
  ['größe 2,email\n1,canary\n'.normalize('NFD'), true, 'größe 2,email\n1,\n'.normalize('NFD')],
  ['größe2,email\n1,canary\n', false, 'größe2,email\n,\n'],
])('of %j a column that the mapping reads in any case (%s) stays', (text, anyCase, stays) => {
  const facts = { mode: 'keepRead' as const, keep: [], drop: [], rows: [], readsWhole: [] };
  const reduction = createReduction({ ...facts, reads: ['Grösse2', 'Größe2'], csv: [{ anyCase }] });
  const delivery = { body: Buffer.from(text), contentType: 'text/csv', query: '' };
  expect(reduceDelivery(delivery, reduction).body.toString('utf8')).toBe(stays);
});

test('cells are where the mapping reads them, whatever the text', () => {
  const random = createRandom(20_261_121);
  const signs = ['a', 'b', ',', ';', '"', '"', '\n', '\r\n', ' '];
  for (let round = 0; round < 5_000; round += 1) {
    const text = Array.from({ length: random.below(14) }, () => random.pick(signs)).join('');
    const frame = { ...frameCsv(text, { delimiter: ',' }), rows: 0 };
    const records = readRecords(text, { delimiter: ',', quote: '"' }, 0);
    if (records.some(({ problem }) => problem !== undefined)) continue;
    const rows: string[][] = [];
    for (let at = 0; at < text.length;) {
      const row = readRow(text, at, frame);
      at = row.next;
      const cells = row.cells.map(({ value }) => value);
      if (cells.length > 1 || cells[0] !== '') rows.push(cells);
    }
    expect(rows, JSON.stringify(text)).toEqual(records.map(({ cells }) => cells));
  }
});
