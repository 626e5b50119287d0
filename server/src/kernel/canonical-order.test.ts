import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { compareBytewise, compareCanonical } from './canonical-order.ts';
import type { Instant } from './instant.ts';

describe('the canonical order', () => {
  test('compares text as its UTF-8 bytes compare, astral characters too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(compareBytewise(a, b)).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
    );
    // Code units would say the opposite here.
    expect(['\uFFFD', '\u{1F600}'].sort()).toEqual(['\u{1F600}', '\uFFFD']);
    expect(compareBytewise('\u{1F600}', '\uFFFD')).toBe(1);
  });

  // Code points in the order of their UTF-8 bytes; units that stand for the highest ones begin at D800.
  test.each([
    ['A', '\uD7FF'],
    ['\uD7FF', '\uE000'],
    ['\uD7FF', '\u{10000}'],
    ['\uE000', '\uFFFF'],
    ['\uE000', '\u{10000}'],
    ['\uFFFF', '\u{10000}'],
    ['\u{10000}', '\u{10FFFF}'],
    ['\u{1F600}', '\u{1F601}'],
    ['a', 'ab'],
    ['', 'a'],
  ])('puts %j before %j', (a, b) => {
    expect(Buffer.compare(Buffer.from(a), Buffer.from(b))).toBe(-1);
    expect([compareBytewise(a, b), compareBytewise(b, a)]).toEqual([-1, 1]);
    expect(compareBytewise(`x${a}`, `x${b}`)).toBe(-1);
  });

  test.each([
    ['the time first', { at: 1, source: 'z' }, { at: 2, source: 'a' }],
    ['then the source', { source: 'a', recordType: 'z' }, { source: 'b', recordType: 'a' }],
    ['then the record type', { recordType: 'a', externalId: '9' }, { recordType: 'b', externalId: '1' }],
    ['then the external id, as text', { externalId: '10' }, { externalId: '9' }],
    ['then the part', { part: '' }, { part: 'a' }],
  ])('puts %s', (_what, a, b) => {
    const place = (more: {
      at?: number;
      source?: string;
      recordType?: string;
      externalId?: string;
      part?: string;
    }) => ({
      occurredAt: (more.at ?? 0) as Instant,
      sourceSlug: more.source ?? '',
      content: {
        recordType: more.recordType ?? '',
        externalId: more.externalId ?? '',
        part: more.part ?? '',
      },
    });
    expect(compareCanonical(place(a), place(b))).toBe(-1);
    expect(compareCanonical(place(b), place(a))).toBe(1);
    expect(compareCanonical(place(a), place(a))).toBe(0);
  });
});
