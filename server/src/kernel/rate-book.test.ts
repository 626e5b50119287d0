import { describe, expect, it } from 'vitest';
import { formatDecimal } from './decimal.ts';
import { formatInstant, instantFromIso } from './instant.ts';
import { correctBook, createRateBook, findConversion } from './rate-book.ts';
import type { DatedRate, RateBook, RateSource } from './rate-book.ts';

const ecb = (day: string, quote: string, rate: string, source: RateSource = 'ecb'): DatedRate => ({
  source,
  base: 'EUR',
  quote,
  rate,
  validFrom: instantFromIso(`${day}T14:00:00Z`),
});
const BOOK = createRateBook([
  ecb('2026-09-25', 'USD', '1.20'),
  ecb('2026-09-24', 'USD', '1.10'),
  ecb('2026-09-25', 'JPY', '180'),
  ecb('2026-09-24', 'JPY', '176'),
  { ...ecb('2026-09-25', 'BTC', '0.0000105', 'oxr'), base: 'USD' },
  { ...ecb('2026-09-01', 'GBP', '0.9', 'own') },
]);

function convert(from: string, to: string, at: string, order: readonly RateSource[] = ['own', 'ecb', 'oxr']) {
  const found = findConversion(BOOK, order, { from, to, at: instantFromIso(at) });
  return found === undefined
    ? 'none'
    : `${formatDecimal(found.rate)} ${found.source} ${formatInstant(found.validFrom).slice(0, 10)}`;
}

describe('the rate at an instant', () => {
  it.each([
    ['from the base', 'EUR', 'USD', '2026-09-25T15:00:00Z', '1.2 ecb 2026-09-25'],
    ['to the base, inverted', 'USD', 'EUR', '2026-09-25T15:00:00Z', '0.833333333333333333 ecb 2026-09-25'],
    ['across the base', 'USD', 'JPY', '2026-09-24T15:00:00Z', '160 ecb 2026-09-24'],
    [
      'is in force from the microsecond of its publication',
      'EUR',
      'USD',
      '2026-09-25T14:00:00Z',
      '1.2 ecb 2026-09-25',
    ],
    ['is not in force before it', 'EUR', 'USD', '2026-09-25T13:59:59.999999Z', '1.1 ecb 2026-09-24'],
    ['is the last earlier one on a weekend', 'EUR', 'USD', '2026-09-27T12:00:00Z', '1.2 ecb 2026-09-25'],
    ['still holds after exactly five days', 'EUR', 'USD', '2026-09-30T14:00:00Z', '1.2 ecb 2026-09-25'],
    ['no longer holds after five days', 'EUR', 'USD', '2026-09-30T14:00:00.000001Z', 'none'],
    ['does not exist before the first publication', 'EUR', 'USD', '2026-09-24T13:00:00Z', 'none'],
    ['of a currency nobody quotes does not exist', 'EUR', 'VND', '2026-09-25T15:00:00Z', 'none'],
    [
      'of a tiny number keeps its digits',
      'BTC',
      'USD',
      '2026-09-25T15:00:00Z',
      '95238.095238095238095238 oxr 2026-09-25',
    ],
    [
      'falls to the next source where the first has only a stale one',
      'EUR',
      'GBP',
      '2026-09-25T15:00:00Z',
      'none',
    ],
    [
      'comes from the own table while that is fresh',
      'EUR',
      'GBP',
      '2026-09-03T15:00:00Z',
      '0.9 own 2026-09-01',
    ],
  ])('%s', (_name, from, to, at, expected) => {
    expect(convert(from, to, at)).toBe(expected);
  });

  it('comes only from the sources that are asked, in their order', () => {
    expect(convert('EUR', 'USD', '2026-09-25T15:00:00Z', ['oxr'])).toBe('none');
    const both = createRateBook([ecb('2026-09-25', 'USD', '1.2'), ecb('2026-09-25', 'USD', '9', 'own')]);
    const at = instantFromIso('2026-09-25T15:00:00Z');
    expect(findConversion(both, ['ecb', 'own'], { from: 'EUR', to: 'USD', at })?.source).toBe('ecb');
    expect(findConversion(both, ['own', 'ecb'], { from: 'EUR', to: 'USD', at })?.source).toBe('own');
  });

  it('of a corrected publication is the correction, which stands later', () => {
    const corrected = createRateBook([ecb('2026-09-25', 'USD', '1.2'), ecb('2026-09-25', 'USD', '1.3')]);
    const found = findConversion(corrected, ['ecb'], {
      from: 'EUR',
      to: 'USD',
      at: instantFromIso('2026-09-26T00:00:00Z'),
    });
    expect(found === undefined ? '' : formatDecimal(found.rate)).toBe('1.3');
  });

  it('of a program that corrected it is its own, and of all others as it was', () => {
    const corrected = correctBook(BOOK, [ecb('2026-09-25', 'USD', '1.3'), ecb('2026-09-26', 'CHF', '0.95')]);
    const rateOf = (book: RateBook, quote: string): string => {
      const asked = { from: 'EUR', to: quote, at: instantFromIso('2026-09-26T15:00:00Z') };
      const found = findConversion(book, ['ecb'], asked);
      return found === undefined ? 'none' : formatDecimal(found.rate);
    };
    expect(['USD', 'JPY', 'CHF'].map((quote) => rateOf(corrected, quote))).toEqual(['1.3', '180', '0.95']);
    expect(['USD', 'JPY', 'CHF'].map((quote) => rateOf(BOOK, quote))).toEqual(['1.2', '180', 'none']);
    expect(correctBook(BOOK, [])).toBe(BOOK);
  });
});
