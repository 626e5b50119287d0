import { describe, expect, test } from 'vitest';
import { applyEdits, listLeaves } from '../../pipeline/mapping/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createKnownFields, createTextFields, judgeShapes, USUAL } from './judge.ts';
import { listUnseenCodes, observeRow, openShapeBook, reduceSample, sampleOfCode } from './observe.ts';
import { proposeChange } from './propose.ts';
import { listReadings } from '../../pipeline/mapping/index.ts';

const document = {
  language: 1,
  rules: [
    {
      name: 'deposit',
      event: {
        externalId: 'id',
        amount: { path: 'money.amount', unit: 'minor' },
        occurredAt: { path: 'at', format: 'iso' },
        identifiers: [{ namespace: { const: 'customer' }, value: 'user' }],
        status: { path: 'state', map: { OK: 'approved' }, fold: true, absent: ['-'] },
      },
    },
  ],
  knownFields: ['note', 'meta'],
};

describe('samples', () => {
  test('hold shapes and never values', () => {
    expect(reduceSample('Jane Doe-42, Ärzte')).toBe('Aaaa Aaa-99, Aaaaa');
    expect(reduceSample(12.5)).toBe('99.9');
    expect(reduceSample(['a'])).toBe('[...]');
    expect(reduceSample('x'.repeat(50))).toHaveLength(41);
  });
  test('of codes are the code, unless it looks like a person', () => {
    expect(sampleOfCode('SETTLED_2')).toBe('SETTLED_2');
    expect(sampleOfCode('jane@example.com')).toBe('aaaa@aaaaaaa.aaa');
    expect(sampleOfCode('4111111111111111')).toBe('9999999999999999');
  });
});

describe('leaves', () => {
  test('have one path for every element of a list and for keys that are numbers', () => {
    const row = { a: { b: 1 }, items: [{ sku: 'x' }, { sku: 'y' }], tags: ['t'], by: { 17: { n: 1 } } };
    expect([...listLeaves(row).keys()]).toEqual(['a.b', 'items[*].sku', 'tags', 'by.*.n']);
  });
});

describe('known fields', () => {
  const isKnown = createKnownFields(document, 'webhook');
  test.each([
    ['id', true],
    ['money.amount', true],
    ['money.fee', false],
    ['meta.anything.below', true],
    ['notes', false],
  ])('%s: %s', (path, known) => expect(isKnown(path)).toBe(known));
});

function look(rows: readonly JsonObject[], before = openShapeBook(0, [])) {
  const snapshot = new Map(
    [...before.fields].map(([path, field]) => [path, { ...field, types: { ...field.types } }]),
  );
  for (const row of rows) observeRow(before, listLeaves(row));
  return {
    book: before,
    signals: judgeShapes(
      'deposit',
      { before: snapshot, now: before },
      createKnownFields(document, 'w'),
      createTextFields(document, 'w'),
    ),
  };
}

describe('what changed', () => {
  const usual = Array.from({ length: USUAL.rows }, (_, n) => ({ id: `${n}`, fee: '1.5' }));
  test('a new field is told with how many rows carry it', () => {
    expect(look([{ id: '1', colour: 'Red' }, { id: '2', colour: null }, { id: '3' }]).signals).toMatchObject([
      { kind: 'new_field', path: 'colour', count: 2, samples: ['Aaa'] },
    ]);
  });
  test('a usual field that stays away is missing, one that was rare is not', () => {
    const first = look([...usual, { id: 'x', fee: '1', rare: 1 }]);
    const { signals } = look(
      Array.from({ length: USUAL.rows }, () => ({ id: 'y' })),
      first.book,
    );
    expect(signals.map((one) => [one.kind, one.path])).toEqual([['missing_field', 'fee']]);
    expect(look([{ id: 'z', fee: '2' }], first.book).signals.map((one) => one.kind)).toEqual(['new_field']);
  });
  test('a field of another type is told, and a number as text is the same', () => {
    const first = look(usual);
    expect(look([{ id: 'x', fee: 1.5 }], first.book).signals.map((one) => one.kind)).toEqual(['new_field']);
    expect(look([{ id: 'x', fee: '1,5' }], first.book).signals).toMatchObject([
      { kind: 'new_field' },
      { kind: 'retyped_field', path: 'fee', value: 'text', count: 1 },
    ]);
  });
  test('codes outside their table are told, absent ones and known spellings are not', () => {
    const codes = (state: string): string[] =>
      listUnseenCodes(listLeaves({ state }), listReadings(document)).map((one) => one.value);
    expect([codes('ok'), codes('-'), codes('SETTLED')]).toEqual([[], [], ['SETTLED']]);
  });
});

describe('a proposed change', () => {
  const proposal = (
    signal: {
      kind: 'new_field' | 'missing_field' | 'retyped_field' | 'unseen_code';
      path: string;
      value?: string;
    },
    others: string[] = [],
  ) => proposeChange(document, { value: '', samples: [], feed: 'webhook', ...signal }, others);
  test('settles the signal when it is applied', () => {
    for (const signal of [
      { kind: 'new_field' as const, path: 'colour' },
      { kind: 'unseen_code' as const, path: 'state', value: 'SETTLED' },
    ]) {
      const { edits, isSettled } = proposal(signal);
      expect(isSettled).toBe(false);
      const draft = applyEdits(document, edits);
      expect(
        draft.ok &&
          proposeChange(draft.value, { value: '', samples: [], feed: 'webhook', ...signal }, []).isSettled,
      ).toBe(true);
    }
  });
  test('reads a renamed field under both names', () => {
    expect(
      proposal({ kind: 'missing_field', path: 'money.amount' }, ['money.amountValue', 'colour']).edits,
    ).toEqual([
      {
        op: 'replace',
        path: '/rules/0/event/amount',
        value: { path: ['money.amount', 'money.amountValue'], unit: 'minor' },
      },
    ]);
  });
  test('adds the form in which a time comes now', () => {
    expect(proposal({ kind: 'retyped_field', path: 'at', value: 'number' }).edits).toMatchObject([
      { value: { path: 'at', format: ['iso', 'epoch'] } },
    ]);
  });
});
