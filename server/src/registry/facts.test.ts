import { describe, expect, test } from 'vitest';
import { ALWAYS, at, buildProgram, perLotDeal } from '../../test/support/evidence.ts';
import type { DealVersion } from './deals/facts.ts';
import { findCodeAt, findDealInForce, judgeCreative, normaliseCode } from './facts.ts';
import type { CreativeSnapshot } from './facts.ts';

describe('promo codes', () => {
  test.each([
    ['summer10', 'SUMMER10'],
    ['  Summer 10 ', 'SUMMER10'],
    ['sum\u200bmer\u00ad10', 'SUMMER10'],
    ['ｓｕｍｍｅｒ１０', 'SUMMER10'],
    ['straße', 'STRASSE'],
    ['a-b.c_d', 'A-B.C_D'],
  ])('%j is found as %s', (text, code) => {
    expect(normaliseCode(text)).toBe(code);
  });

  test.each(['', '  ', '\u200b', 'x'.repeat(65), 'x'.repeat(100_000)])('text %# is nobody’s code', (text) => {
    expect(normaliseCode(text)).toBeUndefined();
  });

  test('belong to whose span holds at the instant, the first one included and the last one not', () => {
    const span = { id: 'c', code: 'X', campaign: 'default', exclusive: false };
    const program = {
      ...buildProgram(),
      codes: new Map([
        [
          'X',
          [
            { ...span, partnerId: 'ann', from: ALWAYS, to: at('2024-07-01T00:00:00Z') },
            { ...span, partnerId: 'bob', from: at('2024-07-01T00:00:00Z'), to: null },
          ],
        ],
      ]),
    };
    const owner = (text: string, time: string) => findCodeAt(program, text, at(time))?.partnerId;
    expect(owner('x', '2024-06-30T23:59:59.999Z')).toBe('ann');
    expect(owner('X', '2024-07-01T00:00:00Z')).toBe('bob');
    expect(owner('y', '2024-07-01T00:00:00Z')).toBeUndefined();
  });
});

describe('creatives', () => {
  const banner: CreativeSnapshot = {
    id: 'b',
    name: 'banner',
    states: [
      { state: 'draft', effectiveFrom: at('2024-07-01T00:00:00Z') },
      { state: 'approved', effectiveFrom: at('2024-07-02T00:00:00Z') },
      { state: 'rejected', effectiveFrom: at('2024-07-05T00:00:00Z') },
    ],
    expiresAt: at('2024-07-04T00:00:00Z'),
  };
  const judge = (name: string, time: string, required = true) =>
    judgeCreative(
      { creatives: new Map([['banner', banner]]), creativeApprovalRequired: required },
      name,
      at(time),
    );

  test('count from their approval until they expire or are rejected', () => {
    expect(judge('banner', '2024-07-01T12:00:00Z')).toBe('creative_not_approved');
    expect(judge('banner', '2024-07-02T00:00:00Z')).toBeUndefined();
    expect(judge('banner', '2024-07-04T00:00:00Z')).toBe('creative_expired');
    expect(judge('banner', '2024-07-05T00:00:00Z')).toBe('creative_not_approved');
  });

  test('that nobody registered do not count where approval is required, and do elsewhere', () => {
    expect(judge('other', '2024-07-03T00:00:00Z')).toBe('creative_not_approved');
    expect(judge('other', '2024-07-03T00:00:00Z', false)).toBeUndefined();
  });
});

describe('terms in force', () => {
  const version = (id: string, from: string, more: Partial<DealVersion> = {}): DealVersion => ({
    id,
    partnerId: 'ann',
    version: 1,
    effectiveFrom: at(from),
    document: perLotDeal({ rates: [{ rate: '8' }] }),
    ...more,
  });
  const ofProgram = (ends: NonNullable<DealVersion['ends']>, defaults: readonly DealVersion[]) => ({
    ...buildProgram(),
    defaultDeals: defaults,
    dealsOf: new Map([
      [
        'ann',
        [
          version('own', '2024-02-01T00:00:00Z'),
          version('end', '2024-03-01T00:00:00Z', { ends }),
          version('again', '2024-04-01T00:00:00Z'),
        ],
      ],
    ]),
  });
  const byDefault = version('default', '2024-01-01T00:00:00Z', { partnerId: null });
  const over = version('over', '2024-03-15T00:00:00Z', { partnerId: null, ends: 'nothing' });

  test.each([
    ['2024-01-15T00:00:00Z', 'nothing', 'default'],
    ['2024-02-29T23:59:59.999Z', 'nothing', 'own'],
    ['2024-03-01T00:00:00Z', 'nothing', undefined],
    ['2024-03-01T00:00:00Z', 'default', 'default'],
    ['2024-03-20T00:00:00Z', 'default', undefined],
    ['2024-04-01T00:00:00Z', 'nothing', 'again'],
  ] as const)('at %s, of a deal that ends with "%s", are those of %s', (time, ends, id) => {
    expect(findDealInForce(ofProgram(ends, [byDefault, over]), 'ann', at(time))?.id).toBe(id);
  });
});
