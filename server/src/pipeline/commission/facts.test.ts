import { expect, test } from 'vitest';
import { second } from '../../../test/support/evidence.ts';
import { decodeContext, EMPTY_CONTEXT, encodeContext, grantedByOf, naturalKeyOf } from './facts.ts';
import type { CustomerContext } from './facts.ts';

test('a line is named by what it is paid for: its event, its customer, its period, or the row by hand', () => {
  const line = { eventId: 'e', customerId: 'c', component: 'cpa', partnerId: 'ann', level: 2 };
  expect(naturalKeyOf(line)).toBe('e:e:cpa:ann:2');
  expect(naturalKeyOf({ ...line, eventId: null })).toBe('c:c:cpa:ann:2');
  expect(naturalKeyOf({ ...line, eventId: null, period: '2024-07-01' })).toBe('p:2024-07-01:cpa:ann');
  expect(naturalKeyOf({ ...line, period: '2024-07-01', manual: { id: 'm', kind: 'opening' } })).toBe(
    'm:m:cpa:ann',
  );
});

test('a CPA was granted by what its line says, else by its deposit', () => {
  expect(grantedByOf({ basis: { grantedBy: 'b', depositId: 'd' } })).toBe('b');
  expect(grantedByOf({ basis: { depositId: 'd' } })).toBe('d');
  expect(grantedByOf({ basis: {} })).toBeUndefined();
});

test('a context is read back as it was stored, instants without a bound too', () => {
  const candidate = { kind: 'click', at: Number.NEGATIVE_INFINITY, partnerId: 'ann' } as never;
  const context: CustomerContext = {
    ...EMPTY_CONTEXT,
    registeredAt: second(0),
    attributions: [
      { from: Number.NEGATIVE_INFINITY as never, partnerId: 'ann', winner: candidate, losers: [candidate] },
      { from: second(5), partnerId: null, winner: null, losers: [] },
    ],
    kyc: [{ from: Number.NEGATIVE_INFINITY as never, status: 'passed', originId: 'k' }],
    statuses: [
      {
        status: 'closed',
        from: Number.NEGATIVE_INFINITY as never,
        to: Number.POSITIVE_INFINITY as never,
        originId: 's',
      },
    ],
  };
  const stored = JSON.parse(JSON.stringify(encodeContext(context))) as Partial<CustomerContext>;
  expect(decodeContext(stored)).toStrictEqual(context);
  expect(decodeContext({})).toStrictEqual(EMPTY_CONTEXT);
});
