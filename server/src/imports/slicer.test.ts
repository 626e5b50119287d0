import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinCells, splitCells } from './cells.ts';
import { RECORD_BYTES, RecordTooLong, SLICE_ROWS, Slicer, partOfSlice } from './slicer.ts';
import type { Slice } from './slicer.ts';

const RULES = { quote: 34, delimiter: 44, measure: (bytes: Buffer) => bytes.length };

function slicesOf(text: string, blockSize: number, from = { offset: 0, row: 1 }): Slice[] {
  const slicer = new Slicer(RULES, from);
  const bytes = Buffer.from(text).subarray(from.offset);
  const slices: Slice[] = [];
  for (let at = 0; at < bytes.length; at += blockSize)
    slices.push(...slicer.push(Buffer.from(bytes.subarray(at, at + blockSize))));
  return [...slices, ...slicer.end()];
}

function recordsOf(slices: readonly Slice[]): [number, string][] {
  return slices.flatMap((slice) =>
    slice.rows.map((row, index): [number, string] => [
      row,
      slice.bytes.subarray(slice.starts[index], slice.starts[index + 1] ?? slice.bytes.length).toString(),
    ]),
  );
}

describe('cutting a file into slices', () => {
  test('a line end inside quotes ends no record, a quote inside a cell opens nothing', () => {
    const text = 'a,"x\ny",1\r\nb,5" pipe,2\nc,"he said ""no""\n",3';
    expect(recordsOf(slicesOf(text, 4))).toEqual([
      [1, 'a,"x\ny",1\r\n'],
      [2, 'b,5" pipe,2\n'],
      [3, 'c,"he said ""no""\n",3'],
    ]);
  });

  test('blank lines count as rows of the spreadsheet and are no records', () => {
    expect(recordsOf(slicesOf('a\n\n  \r\nb\n', 3))).toEqual([
      [1, 'a\n'],
      [4, 'b\n'],
    ]);
  });

  test('a quote that never closes spoils its own row, which stands alone', () => {
    const slices = slicesOf('a,1\nb,"open\nc,3\nd,4\n', 7);
    expect(recordsOf(slices)).toEqual([
      [1, 'a,1\n'],
      [2, 'b,"open\n'],
      [3, 'c,3\n'],
      [4, 'd,4\n'],
    ]);
    expect(slices.map(({ rows }) => rows)).toEqual([[1], [2], [3, 4]]);
  });

  test('a slice has at most its number of rows, and says where the next one begins', () => {
    const text = Array.from({ length: SLICE_ROWS * 2 + 5 }, (_, index) => `${index},x\n`).join('');
    const slices = slicesOf(text, 1000);
    expect(slices.map(({ rows }) => rows.length)).toEqual([SLICE_ROWS, SLICE_ROWS, 5]);
    expect(slices[1]?.from).toBe(slices[0]?.to);
    expect(slices.at(-1)?.to).toBe(text.length);
  });

  test('a record without an end is refused by its row', () => {
    expect(() => slicesOf(`a\n${'x'.repeat(RECORD_BYTES + 10)}`, 1 << 20)).toThrow(RecordTooLong);
  });

  test('a part of a slice has its own records and rows', () => {
    const [slice] = slicesOf('a,1\nb,2\nc,3\n', 100);
    if (slice === undefined) throw new Error('no slice');
    expect(recordsOf([partOfSlice(slice, 1, 2)])).toEqual([
      [2, 'b,2\n'],
      [3, 'c,3\n'],
    ]);
  });

  test('any block size gives the same records, and reading again from the end of a slice gives the rest', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', 'é', ' ', '\r'), maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 50 }),
        (rows, size) => {
          const text = rows.map((cells) => `${joinCells(['k', ...cells], ',', '"')}\n`).join('');
          const whole = slicesOf(text, 1_000_000);
          expect(recordsOf(slicesOf(text, size))).toEqual(recordsOf(whole));
          const first = whole[0];
          if (first === undefined) return;
          const rest = slicesOf(text, size, { offset: first.to, row: first.nextRow });
          expect(recordsOf([first, ...rest])).toEqual(recordsOf(whole));
        },
      ),
    );
  });
});

describe('cells', () => {
  test.each([
    ['a,b,', ['a', 'b', '']],
    ['"a,b","c ""d"""', ['a,b', 'c "d"']],
    ['5" pipe,x', ['5" pipe', 'x']],
    ['"open,x', ['"open', 'x']],
    ['', ['']],
  ])('%s', (record, cells) => {
    expect(splitCells(record, ',', '"')).toEqual(cells);
  });

  test('what is joined is split again', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (cells) => {
        expect(splitCells(joinCells(cells, ';', '"'), ';', '"')).toEqual(cells);
      }),
    );
  });
});
