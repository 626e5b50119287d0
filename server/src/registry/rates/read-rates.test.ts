import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatInstant } from '../../kernel/instant.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import { readEcb } from './ecb.client.ts';
import type { ReadRates } from './facts.ts';
import { findNewRates } from './new-rates.ts';
import { readOwn } from './own.ts';
import { readOxr } from './oxr.ts';

const say = ({ base, quote, rate, validFrom }: DatedRate): string =>
  `${base}/${quote} ${rate} from ${formatInstant(validFrom)}`;

function read(outcome: Outcome<ReadRates>): string[] {
  if (!outcome.ok) return [`${outcome.reason}: ${outcome.detail}`];
  const { rates, unknown } = outcome.value;
  return [...rates.map(say), ...unknown.map((code) => `unknown ${code}`)];
}

const ecb = (cubes: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope xmlns:gesmes="http://example.test/a" xmlns="http://example.test/b"><gesmes:subject>Reference rates</gesmes:subject><Cube>${cubes}</Cube></gesmes:Envelope>`;

describe('a file of the ECB', () => {
  test('is in force from four in the afternoon in Frankfurt, summer and winter', () => {
    const days = ecb(
      `<Cube time='2026-07-24'><Cube currency='USD' rate='1.1367'/><Cube currency='JPY' rate='180.57'/></Cube>
       <Cube time="2026-01-23"><Cube currency="USD" rate="1.2"/></Cube>`,
    );
    expect(read(readEcb(days))).toEqual([
      'EUR/USD 1.1367 from 2026-07-24T14:00:00.000Z',
      'EUR/JPY 180.57 from 2026-07-24T14:00:00.000Z',
      'EUR/USD 1.2 from 2026-01-23T15:00:00.000Z',
    ]);
  });

  test('leaves out codes that are no currency any more, and says which', () => {
    const days = ecb(
      `<Cube time='2026-07-24'><Cube currency='QQQ' rate='7'/><Cube currency='USD' rate='1'/></Cube>`,
    );
    expect(read(readEcb(days))).toEqual(['EUR/USD 1 from 2026-07-24T14:00:00.000Z', 'unknown QQQ']);
  });

  test.each([
    ['is cut off', ecb(`<Cube time='2026-07-24'>`), /^bad_format: line 1/],
    ['holds no days', ecb(''), /^bad_format: the file holds no days/],
    ['is something else', '<html><body>Sorry</body></html>', /^bad_format/],
    [
      'has a day that does not exist',
      ecb(`<Cube time='2026-02-30'><Cube currency='USD' rate='1'/></Cube>`),
      /^bad_time/,
    ],
    [
      'has a rate that is no number',
      ecb(`<Cube time='2026-07-24'><Cube currency='USD' rate='N/A'/></Cube>`),
      /^bad_amount: 2026-07-24 USD/,
    ],
    [
      'has a rate of zero',
      ecb(`<Cube time='2026-07-24'><Cube currency='USD' rate='0.0'/></Cube>`),
      /^bad_amount/,
    ],
  ])('that %s is refused as a whole, with its place', (_name, text, expected) => {
    expect(read(readEcb(text))[0]).toMatch(expected);
  });
});

describe('an answer of Open Exchange Rates', () => {
  test('keeps tiny and long numbers exactly, and is in force from its timestamp', () => {
    const text = `{"timestamp":1686614400,"base":"USD","rates":{"EUR":0.93,"BTC":0.000038579,"JPY":139.50000000000000001,"USD":1,"QQX":3}}`;
    expect(read(readOxr(text))).toEqual([
      'USD/EUR 0.93 from 2023-06-13T00:00:00.000Z',
      'USD/BTC 0.000038579 from 2023-06-13T00:00:00.000Z',
      'USD/JPY 139.50000000000000001 from 2023-06-13T00:00:00.000Z',
      'unknown QQX',
    ]);
  });

  test.each([
    ['an error answer', '{"error":true,"status":401,"message":"invalid_app_id"}', /^bad_format/],
    ['no JSON', 'Bad gateway', /^bad_json/],
    ['no timestamp', '{"base":"USD","rates":{"EUR":1}}', /^bad_time/],
    ['an unknown base', '{"timestamp":1686614400,"base":"QQX","rates":{"EUR":1}}', /^bad_currency/],
    ['a negative rate', '{"timestamp":1686614400,"base":"USD","rates":{"EUR":-1}}', /^bad_amount: rates.EUR/],
  ])('%s is refused', (_name, text, expected) => {
    expect(read(readOxr(text))[0]).toMatch(expected);
  });
});

describe('the own table', () => {
  test('comes as JSON or as CSV', () => {
    const json = `[{"base":"USD","quote":"VND","rate":"25000.5","validFrom":"2026-01-01T00:00:00+07:00"}]`;
    const csv = '\uFEFFquote;base;rate;validFrom\r\n"VND";USD;25000.5;2026-01-01T00:00:00+07:00\r\n\r\n';
    const expected = ['USD/VND 25000.5 from 2025-12-31T17:00:00.000Z'];
    expect(read(readOwn(json))).toEqual(expected);
    expect(read(readOwn(csv))).toEqual(expected);
  });

  test.each([
    [
      'an unknown currency',
      'base,quote,rate,validFrom\nUSD,QQX,1,2026-01-01T00:00:00Z',
      /^bad_currency: line 2/,
    ],
    [
      'a time without a zone',
      'base,quote,rate,validFrom\nUSD,EUR,1,2026-01-01 00:00:00',
      /^bad_time: line 2/,
    ],
    ['a missing column', 'base,quote,rate\nUSD,EUR,1', /^bad_format: line 1: .*"validFrom" is missing/],
    ['a short row', 'base,quote,rate,validFrom\nUSD,EUR', /^bad_format: line 2: 2 cells/],
    ['a rate to itself', 'base,quote,rate,validFrom\nUSD,USD,1,2026-01-01T00:00:00Z', /^bad_value: line 2/],
    ['an unknown field', '[{"base":"USD","qoute":"EUR"}]', /^bad_format: \[0\]: there is no field "qoute"/],
  ])('is refused for %s, with its place', (_name, text, expected) => {
    expect(read(readOwn(text))[0]).toMatch(expected);
  });
});

describe('what an import writes', () => {
  const rate = (quote: string, value: string): DatedRate => ({
    source: 'own',
    base: 'EUR',
    quote,
    rate: value,
    validFrom: 0 as DatedRate['validFrom'],
  });

  test('is what is new; the same again is known, another value for the same instant is a correction', () => {
    const known = [
      { ...rate('USD', '1.1'), revision: 1 },
      { ...rate('JPY', '180'), revision: 2 },
    ];
    const found = findNewRates([rate('USD', '1.1'), rate('JPY', '181'), rate('GBP', '0.9')], known);
    expect(found).toEqual({
      fresh: [rate('GBP', '0.9')],
      corrections: [{ rate: rate('JPY', '181'), stands: '180', revision: 3 }],
      known: 1,
    });
  });
});

const samples =
  process.env['PLUMBLINE_SAMPLES'] ?? join(import.meta.dirname, '../../../../../shared/samples');
describe.runIf(existsSync(samples))('the published samples', () => {
  test('of the ECB give 29 currencies of one day, and not the five that it does not quote', () => {
    const rates = read(readEcb(readFileSync(join(samples, 'fx-ecb/eurofxref-daily.xml'), 'utf8')));
    expect(rates).toHaveLength(29);
    expect(rates[0]).toBe('EUR/USD 1.1367 from 2026-09-24T14:00:00.000Z');
    expect(rates.filter((line) => /RUB|VND|TWD|BGN|HRK/.test(line))).toEqual([]);
  });

  test('of Open Exchange Rates give its currencies at its second', () => {
    const rates = read(readOxr(readFileSync(join(samples, 'fx-oxr/latest-rates.json'), 'utf8')));
    expect(rates.length).toBeGreaterThan(150);
    expect(
      rates.every((line) => line.includes('2023-06-13T00:00:00.000Z') || line.startsWith('unknown')),
    ).toBe(true);
  });
});
