import { describe, expect, test } from 'vitest';
import { at } from '../../../test/support/evidence.ts';
import { judgeClosing } from './closing.ts';
import { judgeCompleteness } from './completeness.ts';

const ENDS = at('2026-02-01T00:00:00Z');
const mark = (source: string, until: string) => ({ source, until: at(until) });

describe('whether a month is complete', () => {
  test.each([
    ['nobody says so', [], undefined],
    ['told to its end', [mark('a', '2026-02-01T00:00:00Z')], true],
    ['a microsecond is missing', [mark('a', '2026-01-31T23:59:59.999999Z')], false],
    ['one of two is missing', [mark('b', '2026-03-01T00:00:00Z'), mark('a', '2026-01-15T00:00:00Z')], false],
  ] as const)('%s', (_name, marks, expected) => {
    expect(judgeCompleteness(marks, ENDS).complete).toBe(expected);
  });
});

describe('closing waits for the marks, or names whom it does not wait for', () => {
  const close = (without: readonly string[]) =>
    judgeClosing({
      day: '2026-01-01',
      zone: 'UTC',
      now: at('2026-02-02T00:00:00Z'),
      settled: ['2026-01-01'],
      closed: new Set(),
      marks: [mark('crm', '2026-01-20T00:00:00Z'), mark('mt5', '2026-02-01T00:00:00Z')],
      without,
    });
  test('a source that is not complete is named with its instant', () => {
    expect(close([])).toMatchObject({
      code: 'sources_incomplete',
      sentence: expect.stringContaining('crm (until 2026-01-20T00:00:00.000Z)'),
    });
    expect(close(['mt5'])).toMatchObject({ code: 'sources_incomplete' });
  });
  test('once it is named, the month can be closed', () => {
    expect(close(['crm'])).toBeUndefined();
  });
});
