import { describe, expect, test } from 'vitest';
import { at, buildProgram, cpaDeal, dealDocument } from '../../../test/support/evidence.ts';
import type { DealDocument, DealVersion } from '../../registry/deals/facts.ts';
import { findAncestorComponent, findDealAtEither, listCpa, listTrading } from './components.ts';

const version = (...components: object[]): DealVersion => ({
  id: 'd',
  partnerId: 'ann',
  version: 1,
  effectiveFrom: at('2024-01-01T00:00:00Z'),
  document: dealDocument({ currency: 'USD', components }),
});
const perLot = (id: string): object => ({ id, kind: 'per_lot', rates: [{ rate: '1' }] });
const cpa = (id: string): object => ({ id, kind: 'cpa', amount: '100' });

describe('the component of an ancestor that answers to that of the leaf', () => {
  test.each<[string, DealVersion, DealVersion, string | undefined]>([
    [
      'is the one of its name and kind',
      version(perLot('a'), perLot('b')),
      version(perLot('a'), perLot('b')),
      'b',
    ],
    [
      'is the only one of its kind, where the leaf has only one too',
      version(perLot('b')),
      version(perLot('x'), cpa('b')),
      'x',
    ],
    ['is none of another kind', version(perLot('b')), version(cpa('b')), undefined],
    [
      'is none where the ancestor has several others',
      version(perLot('b')),
      version(perLot('x'), perLot('y')),
      undefined,
    ],
    [
      'is none where the leaf has several',
      version(perLot('a'), perLot('b')),
      version(perLot('x')),
      undefined,
    ],
  ])('%s', (_name, leaf, own, expected) => {
    expect(findAncestorComponent('per_lot', 'b', { leaf, own })?.id).toBe(expected);
  });
});

test('components are listed by what they pay for, in the order of the deal', () => {
  const deal = version(
    cpa('one'),
    perLot('lots'),
    { id: 'share', kind: 'revshare', base: 'ngr', percent: '10' },
    { id: 'million', kind: 'per_million', rates: [{ rate: '1' }] },
    { id: 'spread', kind: 'spread_share', rates: [{ rate: '1' }] },
    { id: 'fee', kind: 'commission_share', rates: [{ rate: '1' }] },
    cpa('two'),
  );
  expect(listTrading(deal).map(({ id }) => id)).toEqual(['lots', 'million', 'spread', 'fee']);
  expect(listCpa(deal).map(({ id }) => id)).toEqual(['one', 'two']);
});

test('terms are those of the instant that the deal asks for, and else those of the other one', () => {
  const from = (day: string): { from: ReturnType<typeof at>; document: DealDocument } => ({
    from: at(`2024-07-${day}T00:00:00Z`),
    document: cpaDeal(),
  });
  const program = buildProgram({ deals: { ann: [from('10'), from('20')] } });
  const idAt = (first: string, second: string): string | undefined => {
    const instants = [at(`2024-07-${first}T12:00:00Z`), at(`2024-07-${second}T12:00:00Z`)] as const;
    return findDealAtEither(program, 'ann', instants, instants[1])?.id;
  };
  expect(idAt('15', '25')).toBe('deal-ann-1');
  expect(idAt('25', '15')).toBe('deal-ann-2');
  expect(idAt('05', '15')).toBe('deal-ann-1');
  expect(idAt('05', '06')).toBeUndefined();
});
