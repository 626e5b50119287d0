import { describe, expect, test } from 'vitest';
import { packCommissionId } from '../../kernel/ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import { reasonSentence } from '../../kernel/reason.ts';
import { describeAccrual } from './notice.ts';
import type { AccrualNotice } from './post.ts';
import { describeRestated } from './restated.ts';
import type { RestatedSum } from './review.ts';

const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const wire = (prefix: string, n: number): string => `${prefix}_${uuid(n).replaceAll('-', '')}`;
const BOOKED = instantFromIso('2024-07-01T10:00:00Z');

describe('what a partner is told of a turn', () => {
  const items = [{ hopId: uuid(7), row: 1, item: 2 }];
  const notice: AccrualNotice = {
    lane: 5,
    programId: uuid(1),
    partnerId: uuid(2),
    totals: [
      { component: 'lots', currency: 'USD', amount: 1250n },
      { component: 'cpa', currency: 'JPY', amount: -7n },
    ],
    count: 1,
    items,
  };

  test('is its totals in major units, and the commissions by name', () => {
    expect(describeAccrual(notice, BOOKED)).toEqual({
      type: 'commission.accrued',
      timestamp: '2024-07-01T10:00:00.000Z',
      data: {
        programId: wire('prg', 1),
        partnerId: wire('prt', 2),
        count: 1,
        totals: [
          { component: 'lots', amount: '12.50', currency: 'USD' },
          { component: 'cpa', amount: '-7', currency: 'JPY' },
        ],
        commissionIds: [packCommissionId({ lane: 5, hopId: uuid(7), row: 1, item: 2 })],
        hasMore: false,
      },
    });
  });

  test('says when there are more than it names', () => {
    expect(describeAccrual({ ...notice, count: 2 }, BOOKED).data.hasMore).toBe(true);
  });
});

describe('what partners are told of a change set', () => {
  const sum = (more: Partial<RestatedSum> = {}): RestatedSum => ({
    lane: 5,
    programId: uuid(1),
    changeSetId: uuid(3),
    partnerId: uuid(2),
    component: 'lots',
    currency: 'USD',
    added: 1250n,
    taken: -300n,
    count: 4,
    ...more,
  });

  test('is one message with the totals of its components', () => {
    const told = describeRestated(
      [sum(), sum({ component: 'cpa', currency: 'JPY', added: 0n, taken: -9n, count: 1 })],
      () => BOOKED,
    );
    expect(told).toEqual([
      {
        lane: 5,
        programId: uuid(1),
        payload: {
          type: 'commission.restated',
          timestamp: '2024-07-01T10:00:00.000Z',
          data: {
            programId: wire('prg', 1),
            partnerId: wire('prt', 2),
            changeSetId: wire('chg', 3),
            sentence: reasonSentence('restatement_review', 'partner'),
            totals: [
              { component: 'lots', currency: 'USD', added: '12.50', taken: '-3.00', count: 4 },
              { component: 'cpa', currency: 'JPY', added: '0', taken: '-9', count: 1 },
            ],
          },
        },
      },
    ]);
  });

  test.each([
    ['partner', { partnerId: uuid(9) }],
    ['change set', { changeSetId: uuid(9) }],
    ['lane', { lane: 6 }],
  ])('is another message for another %s', (_name, more) => {
    expect(describeRestated([sum(), sum(more)], () => BOOKED)).toHaveLength(2);
  });
});
