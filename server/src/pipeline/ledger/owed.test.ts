import { describe, expect, it } from 'vitest';
import { rebateKeyPart } from '../../registry/rebates/facts.ts';
import { naturalKeyOf, reviewReasonOf } from './facts.ts';
import {
  accruedAccount,
  approvedAccount,
  decidePostings,
  groupKeyText,
  HOUSE_REBATES,
  legOf,
} from './post.ts';
import type { GroupState } from './post.ts';
import { decideReviewReleases, decideReviews, gainOf } from './review.ts';
import type { LinesMessage, PostedDifference } from './review.ts';
import { sumOwed } from './owed.ts';

const REBATE = { rule: 'rule-1', span: '2026-03-01' };
const SET = '01900000-0000-7000-8000-000000000001';

function rebate(amountMinor: string, changes: Partial<PostedDifference> = {}): PostedDifference {
  return {
    amountMinor,
    currency: 'USD',
    component: 'rebate/lots',
    partnerId: 'p1',
    level: 1,
    holdDay: '2026-03-05',
    holdReason: '',
    customerId: 'c1',
    customerLane: 7,
    eventId: 'e1',
    causedAt: '2026-03-01T10:00:00.000Z',
    rebate: REBATE,
    ...changes,
  };
}

function message(differences: PostedDifference[], changeSetId?: string): LinesMessage {
  const cause = changeSetId === undefined ? {} : { changeSetId };
  return {
    lane: 3,
    hopId: `hop-${differences.length}`,
    programId: 'prog',
    ...cause,
    differences,
    figures: [],
  };
}

describe('what is given, in the books', () => {
  // held and approved before, the difference, then what moves on accrued, approved and what customers are owed.
  it.each([
    ['is held with the commission', 0n, 0n, '-20', -20n, 0n, 20n],
    ['is given back of what is held', -20n, 0n, '20', 20n, 0n, -20n],
    ['is given back of what is held, then of what is approved', -20n, -30n, '40', 20n, 20n, -40n],
    ['is given back of what was approved', 0n, -30n, '30', 0n, 30n, -30n],
    ['is held where all was paid out', 0n, 0n, '20', 20n, 0n, -20n],
    ['is held anew beside what is approved', 0n, -30n, '-5', -5n, 0n, 5n],
  ])('%s', (_what, held, approved, amount, onAccrued, onApproved, onOwed) => {
    const states = new Map<string, GroupState>([
      [groupKeyText(rebate('0')), { held, approved, releases: 1, paid: 0n }],
    ]);
    const { rows } = decidePostings([message([rebate(amount)])], states);
    const [row] = rows;
    expect([
      legOf(row!, accruedAccount('p1')),
      legOf(row!, approvedAccount('p1')),
      legOf(row!, HOUSE_REBATES),
    ]).toEqual([onAccrued, onApproved, onOwed]);
    expect(row!.amounts.reduce((sum, one) => sum + one, 0n)).toBe(0n);
    expect(sumOwed(rows)).toMatchObject([{ customerId: 'c1', ...REBATE, amount: onOwed }]);
  });

  it('is owed by rule, span and customer, and the commission beside it is not', () => {
    const other = { rule: 'rule-2', span: '2026-03-02' };
    const { rows } = decidePostings(
      [
        message([
          rebate('-20'),
          rebate('-7', { eventId: 'e2' }),
          rebate('-5', { rebate: other }),
          rebate('-3', { customerId: 'c2' }),
          rebate('100', { component: 'lots', rebate: undefined as never }),
        ]),
      ],
      new Map(),
    );
    expect(sumOwed(rows).map(({ customerId, rule, amount }) => `${customerId} ${rule} ${amount}`)).toEqual([
      'c1 rule-1 27',
      'c1 rule-2 5',
      'c2 rule-1 3',
    ]);
  });
});

describe('a change set', () => {
  const review = reviewReasonOf(SET, '');

  it('has the minus of a rebate wait with the commission, and lets both go together', () => {
    const { messages, parts } = decideReviews([message([rebate('-20')], SET)], []);
    expect(messages[0]!.differences).toMatchObject([
      { amountMinor: '-20', holdReason: review, rebate: REBATE },
    ]);
    expect(parts).toMatchObject([{ amount: 20n }]);
    expect(parts.map(gainOf)).toEqual([-20n]);
    const [released] = decideReviewReleases(parts.map((part) => ({ ...part, decisionId: 'd1' })));
    expect(released!.differences.map((one) => `${one.amountMinor} ${one.holdReason}`)).toEqual([
      `20 ${review}`,
      '-20 ',
    ]);
  });

  it('gives back first what waits', () => {
    const part = { lane: 3, programId: 'prog', changeSetId: SET, amount: 15n, line: rebate('0') };
    const { messages, parts } = decideReviews([message([rebate('20')])], [part]);
    expect(messages[0]!.differences.map((one) => `${one.amountMinor} ${one.holdReason}`)).toEqual([
      `15 ${review}`,
      '5 ',
    ]);
    expect(parts.map(({ amount }) => amount)).toEqual([0n]);
  });
});

it('names the rule and the span in the natural key', () => {
  expect(naturalKeyOf(rebate('1'))).toBe(`e:e1:${rebateKeyPart('rebate/lots', REBATE)}:p1:1`);
});
