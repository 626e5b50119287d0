import { describe, expect, test } from 'vitest';
import { compileMapping } from '../pipeline/mapping/index.ts';
import { decideDialect, fileFormOf, readPrefix } from './dialect.ts';
import { markEncoding, openDecoder } from './encoding.ts';
import { lookAtColumns } from './sniff.ts';

const RULES = [
  {
    name: 'deposit',
    event: {
      kind: { const: 'deposit' },
      recordType: { const: 'deposit' },
      externalId: 'id',
      occurredAt: { path: 'time', format: 'iso' },
      identifiers: [{ namespace: { const: 'customer' }, value: 'player' }],
    },
    revisionOrder: { kind: 'arrival' },
  },
];
const form = (document: object) =>
  fileFormOf(compileMapping({ language: 1, name: 'test', rules: RULES, ...document }, {}), 'file');
const csv = form({ format: 'csv' });

describe('the dialect of a file', () => {
  test.each([
    ['id;player;time\n1;2;3\n', ';'],
    ['id\tplayer\ttime\n', '\t'],
    ['id|player|time\n', '|'],
    ['id,player,time\n', ','],
    ['sep=;\nid;player;time\n', ';'],
  ])('%j is parted by %j', (text, delimiter) => {
    const decided = decideDialect(Buffer.from(text), {}, csv);
    expect(decided.ok && decided.value.delimiter).toBe(delimiter);
  });

  test('what is said of the delimiter must be what the mapping will find for ever', () => {
    const decided = decideDialect(Buffer.from('id;player\n'), { delimiter: ',' }, csv);
    expect(decided).toMatchObject({ ok: false, detail: expect.stringContaining('set "csv"') });
  });

  test('a mapping that reads no files says what to add', () => {
    const decided = decideDialect(Buffer.from('id,player\n'), {}, form({ format: 'json' }));
    expect(decided).toMatchObject({ ok: false, detail: expect.stringContaining('"feeds"') });
  });

  test('a corrected errors file is known by its first columns', () => {
    const text = 'plumbline_row,plumbline_reason,plumbline_problem,plumbline_fix,id,player\n';
    const decided = decideDialect(Buffer.from(text), {}, csv);
    expect(decided.ok && decided.value.ownColumns).toBe(4);
    if (!decided.ok) return;
    const prefix = readPrefix(Buffer.from(text), decided.value, undefined);
    expect(prefix.ok && prefix.value).toMatchObject({
      columns: ['id', 'player'],
      offset: text.length,
      row: 2,
    });
  });

  test('the header ends where the data begins, whatever the encoding', () => {
    for (const [encoding, mark] of [
      ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
      ['utf-16le', Buffer.from([0xff, 0xfe])],
    ] as const) {
      const text = 'id;spieler;zeit\r\n1;Jörg;2\r\n';
      const head = Buffer.concat([mark, Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'utf16le')]);
      const decided = decideDialect(head, {}, form({ format: 'csv' }));
      if (!decided.ok) throw new Error(decided.detail);
      const prefix = readPrefix(head, decided.value, undefined);
      if (!prefix.ok) throw new Error(prefix.detail);
      expect(decided.value.encoding).toBe(encoding);
      expect(openDecoder(encoding).decode(head.subarray(prefix.value.offset)).toString()).toBe(
        '1;Jörg;2\r\n',
      );
    }
  });
});

describe('the encoding of bytes', () => {
  test.each([
    [Buffer.from('a,b', 'utf16le'), 'utf-16le'],
    [Buffer.from('a,b', 'utf16le').swap16(), 'utf-16be'],
    [Buffer.from('Jörg', 'latin1'), 'windows-1252'],
    [Buffer.from('Jörg'), 'utf-8'],
  ] as const)('%o', (bytes, encoding) => {
    expect(markEncoding(bytes)).toMatchObject({ encoding, sniffed: true });
  });

  test('decoded text measures as many bytes as the file had', () => {
    const text = 'Ünïcode €10\n😀';
    for (const [encoding, bytes] of [
      ['utf-16le', Buffer.from(text, 'utf16le')],
      ['windows-1252', Buffer.from('J\u00f6rg \u0080', 'latin1')],
    ] as const) {
      const decoder = openDecoder(encoding);
      expect(decoder.measure(decoder.decode(bytes))).toBe(bytes.length);
    }
  });
});

describe('how columns are written', () => {
  test.each([
    [['1,5', '22,10'], 'decimal comma'],
    [['1.250,00', '3,1'], 'decimal comma'],
    [['1,250.00', '(3.10)'], 'decimal point'],
    [['1,250', '3,100'], undefined],
    [['1', '2'], undefined],
  ])('%j has a %s', (cells, numbers) => {
    expect(
      lookAtColumns(
        ['x'],
        cells.map((cell) => [cell]),
      )[0]?.numbers,
    ).toBe(numbers);
  });

  test.each([
    [['1/2/2015', '11/27/2014'], 'M/D/YYYY'],
    [['1/2/2015', '27/11/2014'], 'D/M/YYYY'],
    [['1/2/2015'], 'M/D or D/M, ambiguous'],
    [['2024-07-01 09:00:00'], 'ISO'],
    [['2024.07.01 09:00'], 'YYYY.MM.DD'],
    [['27.11.2014'], 'D.M.YYYY'],
  ])('%j are dates %s', (cells, dates) => {
    expect(
      lookAtColumns(
        ['x'],
        cells.map((cell) => [cell]),
      )[0]?.dates,
    ).toBe(dates);
  });
});
