// The exchange rates of all cases: one table, because rates belong to the installation and not to a program. A gap of two weeks in
// March, so that "no rate" occurs.
import type { PublishedRate } from './world.ts';

const DAY = 86_400_000;
const FIRST = Date.parse('2025-11-20T15:00:00Z');

export const RATES: readonly PublishedRate[] = Array.from({ length: 260 }, (_, index) => index)
  .filter((index) => index % 7 < 5 && !(index >= 110 && index < 124))
  .flatMap((index) => {
    const at = FIRST + index * DAY;
    const wave = (index * 37) % 101;
    return [
      { base: 'EUR', quote: 'USD', rate: `1.0${String(500 + wave).padStart(3, '0')}`, at },
      { base: 'EUR', quote: 'GBP', rate: `0.8${String(300 + ((wave * 7) % 400)).padStart(3, '0')}`, at },
      { base: 'EUR', quote: 'JPY', rate: `1${60 + (wave % 9)}.${(wave % 89) + 10}`, at },
    ];
  });
