import { describe, expect, test } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import type { DealDocument, DealVersion } from './facts.ts';
import { changeTerms } from './versions.ts';

const version = (id: string, day: string, partnerId: string | null = 'ann'): DealVersion => ({
  id,
  partnerId,
  version: 1,
  effectiveFrom: instantFromIso(`2026-03-${day}T00:00:00Z`),
  document: {} as DealDocument,
});
const terms = {
  dealsOf: new Map([['ann', [version('a', '01'), version('b', '20')]]]),
  defaultDeals: [version('d', '01', null)],
};
const idsOf = (versions: readonly DealVersion[] = []): string[] => versions.map(({ id }) => id);

describe('terms as they would be', () => {
  test('a version takes its place by its instant, and later ones hold on', () => {
    const after = changeTerms(terms, { write: version('new', '10') });
    expect(idsOf(after.dealsOf.get('ann'))).toEqual(['a', 'new', 'b']);
    expect(after.defaultDeals).toBe(terms.defaultDeals);
    expect(idsOf(terms.dealsOf.get('ann'))).toEqual(['a', 'b']);
  });

  test('a first version of a partner leaves the others alone', () => {
    const after = changeTerms(terms, { write: version('new', '10', 'bob') });
    expect([idsOf(after.dealsOf.get('bob')), idsOf(after.dealsOf.get('ann'))]).toEqual([['new'], ['a', 'b']]);
  });

  test('a version that is taken back never was, of a partner or of the program', () => {
    expect(idsOf(changeTerms(terms, { retracts: version('b', '20') }).dealsOf.get('ann'))).toEqual(['a']);
    const without = changeTerms(terms, { retracts: version('d', '01', null) });
    expect([without.defaultDeals, idsOf(without.dealsOf.get('ann'))]).toEqual([[], ['a', 'b']]);
  });
});
