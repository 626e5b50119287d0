import type { Instant } from '../../kernel/instant.ts';
import { describe, expect, test } from 'vitest';
import { second } from '../../../test/support/evidence.ts';
import type { CustomerFact } from '../identity/facts.ts';
import type { CpaDecision } from './cpa.ts';
import { withPaidBefore } from './paid-before.ts';

const paid = (id: string, seconds: number, component: string | null): CustomerFact => ({
  kind: 'cpa_paid',
  id,
  from: second(seconds),
  component,
});
const LINE = { component: 'cpa', amountMinor: '10000' } as CpaDecision['lines'][number];
const DECISION: CpaDecision = {
  lines: [LINE],
  inputs: [{ component: 'cpa', partnerId: 'ann', period: '2024-07-01', measures: {} }],
  counted: new Set(['e1']),
};

describe('a CPA that an earlier system paid', () => {
  test('changes nothing where none was', () => {
    const kyc: CustomerFact = { kind: 'kyc', id: 'k', from: second(0), status: 'passed' };
    expect(withPaidBefore(DECISION, [kyc])).toBe(DECISION);
  });

  test('is not paid again, and what it counted stays counted', () => {
    expect(withPaidBefore(DECISION, [paid('f', 0, null)])).toEqual({
      lines: [],
      inputs: [],
      counted: new Set(['e1']),
      reason: 'cpa_already_paid',
    });
  });

  test('takes nothing back either', () => {
    const taken = { eventId: 'back', lines: [LINE], inputs: [], knownAt: 0 as Instant };
    expect(withPaidBefore({ ...DECISION, taken }, [paid('f', 0, null)])).not.toHaveProperty('taken');
  });

  const STANDING = { component: 'cpa', state: 'qualified' } as unknown as NonNullable<
    CpaDecision['standing']
  >;

  test.each<[string, CustomerFact[], Partial<CpaDecision>, string | undefined]>([
    ['the one that the fact names', [paid('f', 0, 'gold')], { granted: 'cpa', standing: STANDING }, 'gold'],
    [
      'else the one that was granted here',
      [paid('f', 0, null)],
      { granted: 'silver', standing: STANDING },
      'silver',
    ],
    ['else the one that is on its way', [paid('f', 0, null)], { standing: STANDING }, 'cpa'],
    ['else none', [paid('f', 0, null)], {}, undefined],
    ['by the earliest fact', [paid('a', 9, 'late'), paid('b', 1, 'early')], {}, 'early'],
    ['by the lower id of two at one instant', [paid('b', 1, 'second'), paid('a', 1, 'first')], {}, 'first'],
    ['by the lower id, whatever their order', [paid('a', 1, 'first'), paid('b', 1, 'second')], {}, 'first'],
  ])('stands for a component: %s', (_name, facts, more, granted) => {
    expect(withPaidBefore({ ...DECISION, ...more }, facts).granted).toBe(granted);
  });

  test('is shown as taken where one is on its way', () => {
    expect(withPaidBefore({ ...DECISION, standing: STANDING }, [paid('f', 0, null)]).standing).toEqual({
      component: 'cpa',
      state: 'taken',
      reason: 'cpa_already_paid',
    });
  });

  test('keeps what it qualified by and what fell short, and the detail only where it never qualified', () => {
    const facts = [paid('f', 0, null)];
    expect(withPaidBefore({ ...DECISION, detail: 'too little', fellShort: 'd1' }, facts)).toMatchObject({
      detail: 'too little',
      fellShort: 'd1',
    });
    const granted = withPaidBefore({ ...DECISION, detail: 'too little', grantedBy: 'd2' }, facts);
    expect(granted.grantedBy).toBe('d2');
    expect(granted).not.toHaveProperty('detail');
  });
});
