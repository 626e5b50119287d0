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
  it('place a deposit that follows its registration at once', async () => {
    const names = createRecentNames();
    await names.complete([query('registration', '42')], [UNKNOWN]);
    expect(
      await names.complete([query('deposit', '42'), query('deposit', '43')], [UNKNOWN, UNKNOWN]),
    ).toEqual([{ kind: 'placed', customerId: customerIdOf('p', CUSTOMER_NAMESPACE, '42') }, UNKNOWN]);
  });

  it('place an event by a login that the registration named', async () => {
    const names = createRecentNames();
    await names.complete([query('registration', '42', [{ namespace: 'mt5:live', value: '7' }])], [UNKNOWN]);
    const trade = { ...query('execution', '42'), identifierId: identifierIdOf('p', 'mt5:live', '7') };
    expect(await names.complete([trade], [UNKNOWN])).toEqual([
      { kind: 'placed', customerId: customerIdOf('p', CUSTOMER_NAMESPACE, '42') },
    ]);
  });

  it('never overrule a conflict', async () => {
    const names = createRecentNames();
    const conflict: Resolution = { kind: 'parked', reason: 'identity_conflict' };
    expect(
      (await names.complete([query('registration', '42'), query('deposit', '42')], [UNKNOWN, conflict]))[1],
    ).toEqual(conflict);
  });

  it('forget the oldest beyond their number', async () => {
    const names = createRecentNames({ limit: 1 });
    await names.complete([query('registration', '42'), query('registration', '43')], [UNKNOWN, UNKNOWN]);
    expect(await names.complete([query('deposit', '42')], [UNKNOWN])).toEqual([UNKNOWN]);
  });

  it('are asked of the other processes behind the port, for those only that are not known here', async () => {
    const asked: (readonly string[])[] = [];
    const there = createRecentNames();
    await there.complete([query('registration', '43')], [UNKNOWN]);
    const here = createRecentNames({
      askOthers: async (ids) => {
        asked.push(ids);
        return [{}, there.find(ids)];
      },
    });
    await here.complete([query('registration', '42')], [UNKNOWN]);
    const resolved = await here.complete(
      [query('deposit', '42'), query('deposit', '43'), query('deposit', '44')],
      [UNKNOWN, UNKNOWN, UNKNOWN],
    );
    expect(resolved).toEqual([
      { kind: 'placed', customerId: customerIdOf('p', CUSTOMER_NAMESPACE, '42') },
      { kind: 'placed', customerId: customerIdOf('p', CUSTOMER_NAMESPACE, '43') },
      UNKNOWN,
    ]);
    expect(asked).toEqual([[query('deposit', '43').identifierId, query('deposit', '44').identifierId]]);
  });
});
