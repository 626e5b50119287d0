import { expect, test } from 'vitest';
import { EVENT, itemsOf, mapBody, RECEIVED, RULE } from '../../../test/support/mapping-documents.ts';
import { checkMapping, compileMapping } from './index.ts';
import { readRecords } from './csv.ts';

const CSV = { language: 1, name: 'csv', format: 'csv', rules: [RULE] };
const HEAD = 'id,type,at,user,amount,currency';
const LINE = 'd1,dep,2024-07-01T10:00:00Z,u1,12.50,USD';

function lines(document: object, text: string): unknown[] {
  return itemsOf(mapBody(document, text)).map((item) =>
    item.outcome === 'event'
      ? `${item.path} ${item.event.externalId} ${item.event.amount ?? ''}`
      : `${item.path} ${item.outcome} ${item.reason}`,
  );
}

test.each([
  ['commas', `${HEAD}\n${LINE}\n`],
  ['semicolons', `${HEAD}\n${LINE}`.replaceAll(',', ';')],
  ['tabs', `${HEAD}\n${LINE}`.replaceAll(',', '\t')],
  ['bars', `${HEAD}\n${LINE}`.replaceAll(',', '|')],
  ['a byte order mark and CRLF', `\ufeff${HEAD}\r\n${LINE}\r\n`],
  ['spaces around the names, and cells', `${HEAD.replaceAll(',', ' , ')}\n${LINE.replaceAll(',', ' , ')}`],
  ['everything in quotes', `${HEAD}\n"d1","dep","2024-07-01T10:00:00Z","u1","12.50","USD"`],
  ['a delimiter at the end of each line', `${HEAD},\n${LINE},\n`],
  ['a delimiter at the end of the lines alone', `${HEAD}\n${LINE},,\n`],
])('a table with %s', (_what, text) => {
  expect(lines(CSV, text)).toEqual(['line 2 d1 12.5']);
});

test('with anyCase the names of columns are those of the mapping in any case, and a second one of the same name is refused', () => {
  const anyCase = { ...CSV, csv: { anyCase: true } };
  expect(lines(CSV, `ID,Type,AT,user,amount,currency\n${LINE}`)).toEqual([
    'line 2.kind quarantined unknown_event',
  ]);
  expect(
    lines(anyCase, `ID,Type,A.T,u_ser,Am-Ount,CURRENCY\n${LINE}\nID,Type,A.T,u_ser,Am-Ount,CURRENCY`),
  ).toEqual(['line 2 d1 12.5', 'line 3 ignored repeated_header']);
  expect(lines(anyCase, `ID,id,type,at,user,amount,currency\nno,${LINE}`)).toEqual(['line 2 d1 12.5']);
  expect(mapBody(anyCase, `ID,Id,type,at,user,amount,currency\nno,${LINE}`)).toMatchObject({
    outcome: 'refused',
    reason: 'bad_format',
  });
});

test('an accent apart from its letter names the same column, and a colon after the word for totals says nothing', () => {
  const rule = { ...RULE, event: { ...RULE.event, amount: 'Währung' } };
  const german = { ...CSV, csv: { totals: ['Summe'] }, rules: [rule] };
  const text = `id,type,at,user,Währung,currency\n${LINE}\nSumme:,,,,12.50,`;
  expect(lines(german, text.normalize('NFD'))).toEqual(['line 2 d1 12.5', 'line 3 ignored totals_row']);
});

test('bytes with a byte order mark are read, other encodings are refused', () => {
  const map = compileMapping(CSV, {}).map;
  const utf8 = new TextEncoder().encode(`\ufeff${HEAD}\n${LINE}`);
  expect(map({ body: utf8, receivedAt: RECEIVED })).toMatchObject({ outcome: 'items' });
  expect(map({ body: new Uint8Array([0xff, 0xfe, 0x69, 0]), receivedAt: RECEIVED })).toMatchObject({
    reason: 'bad_encoding',
  });
  expect(map({ body: `${HEAD}\nd\0,`, receivedAt: RECEIVED })).toMatchObject({ reason: 'bad_encoding' });
});

test('delimiters, line ends and doubled quotes in a quoted cell, and the line numbers after it', () => {
  const text = `${HEAD}\n"a,""b""\nc",dep,2024-07-01T10:00:00Z,u1,"1,250.00",USD\n${LINE}`;
  expect(lines({ ...CSV, numbers: { decimal: '.', thousands: ',' } }, text)).toEqual([
    'line 2 a,"b"\nc 1250',
    'line 4 d1 12.5',
  ]);
});

test('what is no row is told as such, and takes nothing from its neighbours', () => {
  const document = { ...CSV, csv: { totals: ['Total', 'Summe'] } };
  const text = [
    HEAD,
    LINE,
    '',
    HEAD,
    'd2,dep',
    'd3"x,dep,,,,',
    '"d4"x,dep,a,b,c,d',
    'TOTAL,,,,12.50',
    LINE,
    '"open,dep',
  ].join('\n');
  const told = lines(document, text);
  expect(told).toEqual([
    'line 2 d1 12.5',
    'line 4 ignored repeated_header',
    'line 5 quarantined bad_row',
    // Its cells can be told apart, and are empty: the rules say what is missing.
    expect.stringMatching(/^line 6\S* quarantined/),
    'line 7 quarantined bad_row',
    'line 8 ignored totals_row',
    'line 9 d1 12.5',
    'line 10 quarantined bad_row',
  ]);
});

test('a decimal comma in a table with semicolons', () => {
  const document = { ...CSV, numbers: { decimal: ',', thousands: '.' } };
  expect(
    lines(document, `${HEAD}\n${LINE.replace('12.50', 'X')}`.replaceAll(',', ';').replace('X', '1.250,50')),
  ).toEqual(['line 2 d1 1250.5']);
});

test('lines before the header, an announced delimiter, names of columns from the mapping', () => {
  expect(lines({ ...CSV, csv: { skipLines: 2 } }, `Report of July\n\n${HEAD}\n${LINE}`)).toEqual([
    'line 4 d1 12.5',
  ]);
  expect(lines(CSV, `sep=;\n${HEAD}\n${LINE}`.replaceAll(',', ';'))).toEqual(['line 3 d1 12.5']);
  // What could not be kept as the delimiter of a file is no announcement, but a strange header.
  expect(() => lines(CSV, `sep=€\n${HEAD}\n${LINE}`)).toThrow('bad_format');
  expect(lines({ ...CSV, csv: { header: HEAD.split(',') } }, LINE)).toEqual(['line 1 d1 12.5']);
  expect(
    lines(
      { ...CSV, csv: { quote: "'", delimiter: ';' } },
      `${HEAD}\n${LINE}`.replaceAll(',', ';').replace('u1', "'u;1'"),
    ),
  ).toEqual(['line 2 d1 12.5']);
});

test.each([
  ['', 'empty', 'no_data'],
  [HEAD, 'empty', 'no_data'],
  [`${HEAD},id\n${LINE},x`, 'refused', 'bad_format'],
  ['first,second\n1,2', 'refused', 'bad_format'],
])('the table %j is %s, %s', (text, outcome, reason) => {
  expect(mapBody(CSV, text)).toMatchObject({ outcome, reason });
});

test('a table is read line by line as it is as a whole', () => {
  const mapping = compileMapping({ ...CSV, feeds: { api: { format: 'json' } } }, {});
  const table = mapping.tableOf();
  const header = table?.readHeader(HEAD.split(','));
  if (table === undefined || header?.ok !== true) throw new Error('no table');
  const at = { path: 'line 2', receivedAt: RECEIVED };
  expect(table.mapCells(header.value, LINE.split(','), at)).toEqual(
    itemsOf(mapBody(CSV, `${HEAD}\n${LINE}`)),
  );
  expect(table.mapCells(header.value, ['x'], at)).toMatchObject([{ reason: 'bad_row' }]);
  expect(table.dialect('a;b\n')).toMatchObject({ delimiter: ';', quote: '"', skipLines: 0 });
  expect(table.readHeader(['x', 'x']).ok).toBe(false);
  expect(mapping.tableOf('api')).toBeUndefined();
  expect([mapping.formatOf(), mapping.formatOf('api')]).toEqual(['csv', 'json']);
});

test('lines of JSON: each by itself, a broken one is quarantined', () => {
  const document = { language: 1, name: 'l', format: 'jsonl', rules: [RULE] };
  const row = JSON.stringify({
    type: 'dep',
    id: 'd1',
    at: '2024-07-01T10:00:00Z',
    user: 'u1',
    amount: 12.5,
    currency: 'USD',
  });
  expect(lines(document, `\ufeff${row}\n\n{"id":\n7\n${row}\r\n`)).toEqual([
    'line 1 d1 12.5',
    'line 3 quarantined bad_json',
    'line 4 quarantined bad_format',
    'line 5 d1 12.5',
  ]);
  expect(mapBody(document, '\n')).toMatchObject({ outcome: 'empty' });
});

test('any text has records that give it back', () => {
  const cells = [
    ['a', 'b"c', ''],
    ['', ',x', 'line\nend'],
  ];
  const text = cells
    .map((line) => line.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
    .join('\r\n');
  expect(readRecords(text, { delimiter: ',', quote: '"' }, 0).map((record) => record.cells)).toEqual(cells);
});

test.each([
  [{ ...CSV, rows: ['$'] }, '$.rows'],
  [{ ...CSV, csv: { delimiter: ':' } }, '$.csv.delimiter'],
  [{ ...CSV, csv: { header: false } }, '$.csv.header'],
  [{ ...CSV, csv: { skipLines: -1 } }, '$.csv.skipLines'],
  [{ ...CSV, csv: { totals: [] } }, '$.csv.totals'],
  [{ ...CSV, format: 'json', csv: {} }, '$.csv'],
  [{ ...CSV, rules: [{ ...RULE, event: { ...EVENT, code: '[0]' } }] }, '$.rules[0].event.code.path'],
])('%j is refused at %s', (document, path) => {
  expect(checkMapping(document, {}).map((one) => one.path)).toContain(path);
});
