import { describe, expect, it } from 'vitest';
import { CUSTOMER_NAMESPACE, customerIdOf, identifierIdOf } from '../../kernel/derived-ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import { createRecentNames } from './recent-names.ts';
import type { ResolveInput, Resolution } from './resolve.ts';

const UNKNOWN: Resolution = { kind: 'parked', reason: 'unknown_customer' };

function query(
  kind: ResolveInput['content']['kind'],
  value: string,
  more: readonly { namespace: string; value: string }[] = [],
) {
  const identifiers = [{ namespace: CUSTOMER_NAMESPACE, value }, ...more];
  const own = identifiers[0] as { namespace: string; value: string };
  return {
    programId: 'p',
    registrar: true,
    occurredAt: 0 as Instant,
    content: { kind, identifiers },
    identifierId: identifierIdOf('p', own.namespace, own.value),
  };
}

describe('the names that a door has just seen', () => {
  it('place a deposit that follows its registration at once', () => {
    const names = createRecentNames();
    names.complete([query('registration', '42')], [UNKNOWN]);
    expect(names.complete([query('deposit', '42'), query('deposit', '43')], [UNKNOWN, UNKNOWN])).toEqual([
      { kind: 'placed', customerId: customerIdOf('p', CUSTOMER_NAMESPACE, '42') },
      UNKNOWN,
    ]);
  });

  it('place an event by a login that the registration named', () => {
    const names = createRecentNames();
    names.complete([query('registration', '42', [{ namespace: 'mt5:live', value: '7' }])], [UNKNOWN]);
    const trade = { ...query('execution', '42'), identifierId: identifierIdOf('p', 'mt5:live', '7') };
    expect(names.complete([trade], [UNKNOWN])).toEqual([
      { kind: 'placed', customerId: customerIdOf('p', CUSTOMER_NAMESPACE, '42') },
    ]);
  });

  it('never overrule a conflict', () => {
    const names = createRecentNames();
    const conflict: Resolution = { kind: 'parked', reason: 'identity_conflict' };
    expect(
      names.complete([query('registration', '42'), query('deposit', '42')], [UNKNOWN, conflict])[1],
    ).toEqual(conflict);
  });

  it('forget the oldest beyond their number', () => {
    const names = createRecentNames(1);
    names.complete([query('registration', '42'), query('registration', '43')], [UNKNOWN, UNKNOWN]);
    expect(names.complete([query('deposit', '42')], [UNKNOWN])).toEqual([UNKNOWN]);
  });
});
