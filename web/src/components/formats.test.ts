import { describe, expect, it } from 'vitest';
import { isMoney, isTime, wordsOf } from './explain-value.ts';
import { pickFilters, withFilter } from './filter-address.ts';
import { bytesOf, hexLines } from './hex-dump.ts';
import { duration, localTime, shortTime, utcTime } from './instant-format.ts';
import { partAt } from './json-place.ts';
import { countHits } from './json-search.ts';
import { byteSize, groupedDecimal, shortNumber } from './number-format.ts';
import { placeOfId, shortId } from './place-of-id.ts';
import { sparkPath } from './spark-path.ts';

describe('amounts', () => {
  it.each([
    ['0.00', '0.00'],
    ['1234.50', '1,234.50'],
    ['-1234567.891', '−1,234,567.891'],
    ['123456789012345678901234567890.12345678', '123,456,789,012,345,678,901,234,567,890.12345678'],
    ['1000', '1,000'],
    ['not a number', 'not a number'],
  ])('groups %s as %s and keeps every digit', (amount, shown) => {
    expect(groupedDecimal(amount)).toBe(shown);
  });

  it('shows every digit below ten thousand, and three above', () => {
    expect([9_999, 12_345, 1_234_567, 1_234_567_890].map(shortNumber)).toEqual([
      '9,999',
      '12.3 k',
      '1.23 M',
      '1.23 G',
    ]);
  });

  it('says sizes in bytes, kB and MB', () => {
    expect([999, 12_577, 3_100_000].map(byteSize)).toEqual(['999 B', '12.6 kB', '3.1 MB']);
  });
});

describe('times', () => {
  const at = '2026-03-29T00:59:59.250Z';

  it('shows an instant in the zone of the reader, over the change to summer time', () => {
    expect([localTime(at, 'Europe/Berlin'), localTime('2026-03-29T01:00:00Z', 'Europe/Berlin')]).toEqual([
      '29 Mar 2026, 01:59:59',
      '29 Mar 2026, 03:00:00',
    ]);
  });

  it('says the same in UTC to the millisecond', () => {
    expect(utcTime(at)).toBe('2026-03-29 00:59:59.250 UTC');
  });

  it.each([
    ['2026-03-29T10:00:00Z', '00:59:59'],
    ['2026-03-30T10:00:00Z', '29 Mar, 00:59'],
    ['2027-03-30T10:00:00Z', '29 Mar 2026'],
  ])('seen on %s is short: %s', (now, shown) => {
    expect(shortTime(at, Date.parse(now), 'UTC')).toBe(shown);
  });

  it.each([
    [-3, '0 s'],
    [59.9, '59 s'],
    [200, '3 min 20 s'],
    [7_500, '2 h 5 min'],
    [400_000, '4 d'],
  ])('says %d seconds as %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
});

describe('filters in the address', () => {
  it('takes the names of the page and leaves out what is empty or foreign', () => {
    expect(pickFilters({ q: ' d77 ', state: '', evil: 'x', source: 7 }, ['q', 'state', 'source'])).toEqual({
      q: 'd77',
    });
  });

  it('sets one filter and keeps the rest, a blank one goes', () => {
    expect([withFilter('?program=prg_1&q=a', 'q', 'b&c'), withFilter('?q=a', 'q', '  ')]).toEqual([
      '?program=prg_1&q=b%26c',
      '',
    ]);
  });
});

describe('ids', () => {
  it('leads to the page of what it names', () => {
    expect([
      placeOfId(`evt_${'a'.repeat(32)}`)?.href,
      placeOfId('evt_short'),
      placeOfId(`src_${'a'.repeat(32)}`),
    ]).toEqual([`/events/evt_${'a'.repeat(32)}`, undefined, undefined]);
  });

  it('is short by what tells it from its neighbours: two deliveries of one commit differ by their count', () => {
    const of = (end: string): string => shortId(`dlv_01f038fxhzh2jxzajnejsdg9gz9h${end}`);
    expect([
      shortId('evt_b7165bf34cf48dbdb39ae777e8a7330c'),
      of('p0000000'),
      of('p0000002'),
      of('p000001g'),
    ]).toEqual(['evt_…a7330c', 'dlv_…g9gz9h', 'dlv_…g9gz9h.2', 'dlv_…g9gz9h.1g']);
  });
});

describe('JSON', () => {
  const body = { answer: [{ Deal: '1' }, { Deal: '2', in: { ok: null } }] };

  it('finds the part that a path names', () => {
    expect([partAt(body, '$.answer[1].Deal'), partAt(body, '$.answer[1].in.ok'), partAt(body, '$')]).toEqual([
      '2',
      null,
      body,
    ]);
  });

  it('finds nothing where the path leads nowhere, or is of another kind', () => {
    expect([
      partAt(body, '$.answer[7]'),
      partAt(body, '$.answer.length'),
      partAt(body, '$..Deal'),
      partAt(body, '$.toString'),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('counts names and values that contain the words', () => {
    expect([countHits(body, 'deal'), countHits(body, '2'), countHits(body, 'null')]).toEqual([2, 1, 1]);
  });
});

describe('bytes', () => {
  it('shows place, hex and letters, sixteen a line', () => {
    expect(hexLines(bytesOf(btoa('{"a":1}\n')))).toEqual([
      '000000  7b 22 61 22 3a 31 7d 0a                          {"a":1}.',
    ]);
  });
});

describe('values of an explanation', () => {
  it('tells money and instants from other values', () => {
    expect([
      isMoney({ amount: '1.00', currency: 'USD' }),
      isMoney({ amount: '1.00', currency: 'USD', account: 'x' }),
      isTime('2026-03-01T00:00:00.000Z'),
      isTime('2026-03-01'),
    ]).toEqual([true, false, true, false]);
  });

  it('reads names as words', () => {
    expect([wordsOf('holdUntil'), wordsOf('settlement_group')]).toEqual(['Hold until', 'Settlement group']);
  });
});

describe('sparkPath', () => {
  it('draws from zero to the highest value, and nothing for a single one', () => {
    expect([sparkPath([0, 10], 100, 20), sparkPath([3], 100, 20), sparkPath([0, 0], 100, 20)]).toEqual([
      'M0 19L100 1',
      '',
      'M0 19L100 19',
    ]);
  });
});
