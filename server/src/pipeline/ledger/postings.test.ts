// Everything that one turn writes to the books, by value: rows, what accounts and groups gain by them, and who is told.
import { describe, expect, test } from 'vitest';
import type { LineDifference } from './facts.ts';
import {
  decidePayment,
  decidePaymentReturn,
  decidePostings,
  decideReleases,
  EMPTY_GROUP,
  groupKeyText,
} from './post.ts';
import type { LinesMessage } from './review.ts';

const GROUP = { partnerId: 'ann', component: 'lots', holdDay: '2026-03-02', holdReason: '', currency: 'USD' };

function difference(amountMinor: string, more: Partial<LineDifference> = {}): LineDifference {
  return {
    ...GROUP,
    holdReason: '',
    amountMinor,
    level: 1,
    customerId: 'cus',
    customerLane: 5,
    eventId: 'evt',
    causedAt: '2026-03-01T10:00:00.000Z',
    ...more,
  };
}
const message = (
  differences: LinesMessage['differences'],
  more: Partial<LinesMessage> = {},
): LinesMessage => ({
  lane: 3,
  hopId: 'hop',
  programId: 'prog',
  differences,
  figures: [],
  ...more,
});
const item = (a: string) => ({
  k: 'e:evt:lots:ann:1',
  a,
  l: 1,
  t: '2026-03-01T10:00:00.000Z',
  c: 'cus',
  cl: 5,
  e: 'evt',
});
const place = { lane: 3, hopId: 'hop', programId: 'prog', groupRelease: 0 };

describe('an accrual', () => {
  test('is one row against the house, moves balance and group, and is told', () => {
    expect(decidePostings([message([difference('700')])], new Map())).toStrictEqual({
      rows: [
        {
          ...GROUP,
          ...place,
          rowNo: 0,
          kind: 'accrual',
          accounts: ['house:commission_expense', 'partner:ann:accrued'],
          amounts: [-700n, 700n],
          items: [item('700')],
        },
      ],
      balances: [
        { lane: 3, account: 'house:commission_expense', currency: 'USD', amount: -700n },
        { lane: 3, account: 'partner:ann:accrued', currency: 'USD', amount: 700n },
      ],
      groups: [{ ...GROUP, lane: 3, programId: 'prog', held: 700n, approved: 0n }],
      notices: [
        {
          lane: 3,
          programId: 'prog',
          partnerId: 'ann',
          totals: [{ component: 'lots', currency: 'USD', amount: 700n }],
          count: 1,
          items: [{ hopId: 'hop', row: 0, item: 0 }],
        },
      ],
    });
  });

  test('sums what accounts gain over all rows of a turn, each currency and lane apart', () => {
    const { balances, groups } = decidePostings(
      [
        message([difference('700'), difference('50', { currency: 'EUR' })]),
        message([difference('-200'), difference('8', { component: 'cpa' })], { hopId: 'hop-2' }),
        message([difference('1')], { lane: 4, hopId: 'hop-3' }),
      ],
      new Map(),
    );
    expect(
      balances
        .filter(({ account }) => account.startsWith('partner'))
        .map(({ lane, currency, amount }) => `${lane} ${currency} ${amount}`),
    ).toEqual(['3 USD 508', '3 EUR 50', '4 USD 1']);
    expect(balances.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
    expect(groups.map(({ component, currency, held }) => `${component} ${currency} ${held}`)).toEqual([
      'lots USD 501',
      'lots EUR 50',
      'cpa USD 8',
    ]);
  });

  test('that takes more than is held takes from what is approved, and later messages see what is left', () => {
    const before = new Map([
      [groupKeyText(GROUP), { ...EMPTY_GROUP, held: 100n, approved: 300n, releases: 2 }],
    ]);
    const { rows } = decidePostings(
      [
        message([difference('-150')]),
        message([difference('-260')], { hopId: 'hop-2' }),
        message([difference('0')], { hopId: 'hop-3' }),
      ],
      before,
    );
    expect(rows.map(({ accounts, amounts }) => accounts.map((name, i) => `${name} ${amounts[i]}`))).toEqual([
      ['house:commission_expense 150', 'partner:ann:accrued -100', 'partner:ann:approved -50'],
      ['house:commission_expense 260', 'partner:ann:accrued -10', 'partner:ann:approved -250'],
      ['house:commission_expense 0', 'partner:ann:accrued 0'],
    ]);
    expect(rows.map(({ groupRelease }) => groupRelease)).toEqual([2, 2, 2]);
  });

  test('of what an earlier system left stands against opening balances, and nobody is told of it', () => {
    const opening = difference('700', { manual: { id: 'm', kind: 'opening' } });
    const found = decidePostings([message([opening, difference('5')])], new Map());
    expect(found.rows.map(({ kind, accounts }) => `${kind} ${accounts[0]}`)).toEqual([
      'opening house:opening_balances',
      'accrual house:commission_expense',
    ]);
    expect(found.rows[0]?.items).toStrictEqual([
      { k: 'm:m:lots:ann', a: '700', l: 1, t: '2026-03-01T10:00:00.000Z', m: 'm' },
    ]);
    expect(found.notices).toMatchObject([{ count: 1, totals: [{ amount: 5n }] }]);
    const adjusted = difference('9', { manual: { id: 'n', kind: 'adjustment' } });
    expect(decidePostings([message([adjusted])], new Map())).toMatchObject({
      rows: [{ kind: 'adjustment', accounts: ['house:commission_expense', 'partner:ann:accrued'] }],
      notices: [{ count: 1 }],
    });
  });

  test('of a period or a customer names that instead of an event', () => {
    const items = decidePostings(
      [
        message([
          difference('1', { eventId: null }),
          difference('2', { eventId: null, period: '2026-03-01' }),
        ]),
      ],
      new Map(),
    ).rows[0]?.items;
    const { e: _event, ...ofCustomer } = item('1');
    expect(items).toStrictEqual([
      { ...ofCustomer, k: 'c:cus:lots:ann:1' },
      { k: 'p:2026-03-01:lots:ann', a: '2', l: 1, t: '2026-03-01T10:00:00.000Z', p: '2026-03-01' },
    ]);
  });

  test('that a change set caused is told in its summary and not here; what takes back paid money is a clawback', () => {
    const found = decidePostings(
      [
        message([difference('700')], { changeSetId: 'set' }),
        message([{ ...difference('-5'), isClawback: true as const }, difference('-1')], { hopId: 'hop-2' }),
      ],
      new Map(),
    );
    expect(found.rows.map(({ kind }) => kind)).toEqual(['accrual', 'clawback', 'accrual']);
    expect(found.notices).toMatchObject([{ count: 2, totals: [{ amount: -6n }] }]);
    const review = decidePostings([message([difference('700')])], new Map(), 'review_release');
    expect([review.rows[0]?.kind, review.notices]).toEqual(['review_release', []]);
  });

  test('tells each partner its totals by component and currency, and names at most twenty items', () => {
    const many = Array.from({ length: 25 }, () => difference('2'));
    const others = [difference('3', { partnerId: 'bob' }), difference('4', { component: 'cpa' })];
    const { notices } = decidePostings([message([...many, ...others])], new Map());
    expect(notices.map(({ partnerId, count, items }) => [partnerId, count, items.length])).toEqual([
      ['ann', 26, 20],
      ['bob', 1, 1],
    ]);
    expect(notices[0]?.totals).toStrictEqual([
      { component: 'lots', currency: 'USD', amount: 50n },
      { component: 'cpa', currency: 'USD', amount: 4n },
    ]);
  });

  test('that waits for a person stands in the account of that', () => {
    const waits = { ...difference('-5'), holdReason: 'clawback_review' };
    expect(decidePostings([message([waits])], new Map()).rows[0]?.accounts).toEqual([
      'house:commission_expense',
      'partner:ann:clawback_pending',
    ]);
  });
});

test('a release moves all that is held to what is approved', () => {
  const due = { ...GROUP, lane: 3, programId: 'prog', held: 700n, releases: 1, decisionId: 'fact' };
  expect(decideReleases([due])).toStrictEqual({
    rows: [
      {
        ...GROUP,
        lane: 3,
        hopId: 'fact',
        rowNo: 0,
        programId: 'prog',
        kind: 'release',
        groupRelease: 1,
        accounts: ['partner:ann:accrued', 'partner:ann:approved'],
        amounts: [-700n, 700n],
        items: [],
      },
    ],
    balances: [
      { lane: 3, account: 'partner:ann:accrued', currency: 'USD', amount: -700n },
      { lane: 3, account: 'partner:ann:approved', currency: 'USD', amount: 700n },
    ],
    groups: [{ ...GROUP, lane: 3, programId: 'prog', held: -700n, approved: 700n }],
  });
});

describe('a payment', () => {
  const payment = {
    id: 'pay',
    lane: 3,
    programId: 'prog',
    partnerId: 'ann',
    currency: 'USD',
    day: '2026-04-01',
  };
  const nowhere = { ...GROUP, component: '', holdDay: '2026-04-01' };
  const moved = { lane: 3, hopId: 'pay', programId: 'prog', groupRelease: 0, items: [] };

  test('takes what is approved in each group, and what had come back of earlier ones', () => {
    const other = { ...GROUP, component: 'cpa' };
    const found = decidePayment({
      ...payment,
      groups: [
        { ...GROUP, approved: 700n },
        { ...other, approved: -100n },
      ],
      returnedMinor: 50n,
    });
    expect(found.rows).toStrictEqual([
      {
        ...GROUP,
        ...moved,
        rowNo: 0,
        kind: 'payment',
        accounts: ['partner:ann:approved', 'house:paid_out'],
        amounts: [-700n, 700n],
      },
      {
        ...other,
        ...moved,
        rowNo: 1,
        kind: 'payment',
        accounts: ['partner:ann:approved', 'house:paid_out'],
        amounts: [100n, -100n],
      },
      {
        ...nowhere,
        ...moved,
        rowNo: 2,
        kind: 'payment',
        accounts: ['partner:ann:balance', 'house:paid_out'],
        amounts: [-50n, 50n],
      },
    ]);
    expect(found.balances.map(({ account, amount }) => `${account} ${amount}`)).toEqual([
      'partner:ann:approved -600',
      'house:paid_out 650',
      'partner:ann:balance -50',
    ]);
    expect(found.groups.map(({ component, held, approved }) => `${component} ${held} ${approved}`)).toEqual([
      'lots 0 -700',
      'cpa 0 100',
    ]);
    expect(decidePayment({ ...payment, groups: [], returnedMinor: 0n }).rows).toEqual([]);
  });

  test('that came back is the partner’s again, in no group', () => {
    expect(decidePaymentReturn({ ...payment, amountMinor: 650n })).toStrictEqual({
      rows: [
        {
          ...nowhere,
          ...moved,
          rowNo: 0,
          kind: 'payment_return',
          accounts: ['partner:ann:balance', 'house:paid_out'],
          amounts: [650n, -650n],
        },
      ],
      balances: [
        { lane: 3, account: 'partner:ann:balance', currency: 'USD', amount: 650n },
        { lane: 3, account: 'house:paid_out', currency: 'USD', amount: -650n },
      ],
      groups: [],
    });
  });
});
