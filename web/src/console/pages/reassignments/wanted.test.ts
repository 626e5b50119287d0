import { describe, expect, test } from 'vitest';
import { bodyOf, readWanted } from './wanted.ts';
import type { Wanted } from './wanted.ts';

const wanted = (part: Partial<Wanted>): Wanted => ({
  way: 'hand',
  customers: '42',
  csv: '',
  ofPartner: '',
  partner: 'prt_1',
  from: '',
  reason: 'asked for it',
  skipBad: false,
  ...part,
});

describe('what a reassignment still lacks', () => {
  test.each([
    ['nothing', wanted({}), undefined],
    ['a customer', wanted({ customers: ' \n' }), 'Name a customer.'],
    ['a partner', wanted({ partner: '' }), 'Choose to whom.'],
    ['a file', wanted({ way: 'file' }), 'Choose a file.'],
    [
      'nothing when the file names the partners',
      wanted({ way: 'file', csv: 'customer,partner\n1,x', partner: '' }),
      undefined,
    ],
    ['whose customers', wanted({ way: 'partner' }), 'Name the partner whose customers go.'],
    ['a reason', wanted({ reason: ' ' }), 'Say why.'],
    [
      'an instant',
      wanted({ from: 'yesterday' }),
      'From is no instant: write one such as 2026-03-01T00:00:00Z.',
    ],
  ])('%s', (_name, form, expected) => {
    expect(readWanted(form)).toBe(expected);
  });

  test('customers are read line by line, and organic is nobody', () => {
    expect(
      bodyOf(wanted({ customers: '1\n 2 \n\n3', partner: 'organic', from: '2026-03-01T00:00:00+01:00' })),
    ).toEqual({
      rows: [{ customer: '1' }, { customer: '2' }, { customer: '3' }],
      partner: null,
      effectiveFrom: '2026-02-28T23:00:00.000Z',
      reason: 'asked for it',
      skipBad: false,
    });
  });
});
