import { describe, expect, it } from 'vitest';
import type { Rate } from '../../../api/rates.ts';
import { findRateProblem, standingRates } from './standing-rates.ts';

const rate = (value: string, more: Partial<Rate> = {}): Rate => ({
  source: 'ecb',
  base: 'EUR',
  quote: 'USD',
  rate: value,
  validFrom: '2026-03-02T15:00:00Z',
  revision: 1,
  importId: 'rti_1',
  programId: null,
  retracted: false,
  ...more,
});
const ofProgram = (rates: readonly Rate[]): string[] => standingRates(rates, 'prg_1').map((one) => one.rate);

describe('the rates that hold for a program', () => {
  it('are the last word of each publication, in their order', () => {
    const other = rate('1.3', { validFrom: '2026-03-01T15:00:00Z' });
    expect(ofProgram([rate('1.1'), other, rate('1.2', { revision: 2 })])).toEqual(['1.2', '1.3']);
  });
  it('are its own corrections in place of everybody’s, whichever was told last', () => {
    const own = rate('1.4', { programId: 'prg_1', revision: 2 });
    expect(ofProgram([own, rate('1.5', { revision: 3 })])).toEqual(['1.4']);
    expect(ofProgram([rate('1.5', { revision: 3 }), own])).toEqual(['1.4']);
  });
  it('know nothing of what was taken back, or of other programs', () => {
    const away = [
      rate('1.4', { programId: 'prg_1', revision: 2, retracted: true }),
      rate('1.6', { programId: 'prg_2', revision: 3 }),
    ];
    expect(ofProgram([...away, rate('1.1')])).toEqual(['1.1']);
  });
});

describe('a rate in place of another one', () => {
  it.each([
    ['1.0875', '1.08', undefined],
    ['2', '1', undefined],
    ['1.080', '1.08', 'It says that already.'],
    ['01.08', '1.08', 'It says that already.'],
    ['0.00', '1', 'A decimal above zero, such as 1.0875.'],
    ['1,08', '1', 'A decimal above zero, such as 1.0875.'],
    ['', '1', 'A decimal above zero, such as 1.0875.'],
    ['-1', '1', 'A decimal above zero, such as 1.0875.'],
  ])('%j where %s stands: %s', (text, stands, problem) => {
    expect(findRateProblem(text, stands)).toBe(problem);
  });
});
