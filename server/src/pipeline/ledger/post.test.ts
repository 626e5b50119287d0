import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineDifference } from './facts.ts';
import {
  HOUSE_EXPENSE,
  HOUSE_OPENING,
  accruedAccount,
  approvedAccount,
  decidePostings,
  decideReleases,
  groupKeyText,
  legOf,
} from './post.ts';
import type { GroupState } from './post.ts';
import type { LinesMessage } from './review.ts';

const PARTNER = '00000000-0000-7000-8000-00000000000a';
const OTHER = '00000000-0000-7000-8000-00000000000b';
const PROGRAM = '00000000-0000-7000-8000-000000000001';

function difference(amountMinor: string, changes: Partial<LineDifference> = {}): LineDifference {
  return {
    amountMinor,
    currency: 'USD',
    component: 'lots',
    partnerId: PARTNER,
    level: 1,
    holdDay: '2026-03-02',
    holdReason: '',
    customerId: '00000000-0000-8000-8000-0000000000c1',
    customerLane: 5,
    eventId: '00000000-0000-8000-8000-0000000000e1',
    causedAt: '2026-03-01T10:00:00.000Z',
    ...changes,
  };
}

function message(differences: LineDifference[], hop = 1): LinesMessage {
  return {
    lane: 3,
    hopId: `00000000-0000-7000-8000-${String(hop).padStart(12, '0')}`,
    programId: PROGRAM,
    differences,
    figures: [],
  };
}

const GROUP = groupKeyText(difference('0'));
const accrued = accruedAccount(PARTNER);
const approved = approvedAccount(PARTNER);

describe('one difference against the state of its group', () => {
  // held and approved before, the difference, then what moves on accrued, approved and the house's expense.
  it.each([
    ['accrues into an empty group', 0n, 0n, '1250', 1250n, 0n, -1250n],
    ['adds to what is held', 500n, 0n, '1250', 1250n, 0n, -1250n],
    ['holds a later positive difference anew', 0n, 500n, '1250', 1250n, 0n, -1250n],
    ['takes a negative one from what is held', 500n, 300n, '-200', -200n, 0n, 200n],
    ['takes all that is held, then from what is approved', 500n, 300n, '-600', -500n, -100n, 600n],
    ['takes from what is approved when nothing is held', 0n, 300n, '-300', 0n, -300n, 300n],
    ['leaves the held part negative when both are used up', 500n, 300n, '-1000', -700n, -300n, 1000n],
    ['goes below zero when the positive one has not come yet', 0n, 0n, '-40', -40n, 0n, 40n],
    ['goes further below zero', -40n, 0n, '-2', -2n, 0n, 2n],
  ])('%s', (_name, heldBefore, approvedBefore, amount, onAccrued, onApproved, onHouse) => {
    const groups = new Map<string, GroupState>([
      [GROUP, { held: heldBefore, approved: approvedBefore, releases: 1, paid: 0n }],
    ]);
    const { rows } = decidePostings([message([difference(amount)])], groups);
    expect(rows.length).toBe(1);
    const row = rows[0]!;
    expect([legOf(row, accrued), legOf(row, approved), legOf(row, HOUSE_EXPENSE)]).toEqual([
      onAccrued,
      onApproved,
      onHouse,
    ]);
    expect(row.groupRelease).toBe(1);
  });
});

describe('rows of a message', () => {
  it('makes one row for each partner, component, hold group and currency, in the order of the message', () => {
    const { rows } = decidePostings(
      [
        message([
          difference('10'),
          difference('20', { partnerId: OTHER }),
          difference('30', { eventId: null }),
          difference('40', { component: 'cpa' }),
          difference('50', { holdDay: '2026-03-03' }),
          difference('60', { currency: 'EUR' }),
          difference('70', { holdReason: 'kyc_pending' }),
        ]),
      ],
      new Map(),
    );
    expect(rows.map((row) => [row.rowNo, row.items.map((item) => item.a).join('+')])).toEqual([
      [0, '10+30'],
      [1, '20'],
      [2, '40'],
      [3, '50'],
      [4, '60'],
      [5, '70'],
    ]);
    expect(rows[0]!.items.map((item) => item.k)).toEqual([
      `e:00000000-0000-8000-8000-0000000000e1:lots:${PARTNER}:1`,
      `c:00000000-0000-8000-8000-0000000000c1:lots:${PARTNER}:1`,
    ]);
  });

  it('moves a line to another hold group as minus in one and plus in the other', () => {
    const before = new Map<string, GroupState>([
      [
        groupKeyText(difference('0', { holdReason: 'kyc_pending' })),
        { held: 900n, approved: 0n, releases: 0, paid: 0n },
      ],
    ]);
    const { groups, balances } = decidePostings(
      [message([difference('-900', { holdReason: 'kyc_pending' }), difference('900')])],
      before,
    );
    expect(groups.map((group) => [group.holdReason, group.held, group.approved])).toEqual([
      ['kyc_pending', -900n, 0n],
      ['', 900n, 0n],
    ]);
    expect(balances.every((balance) => balance.amount === 0n)).toBe(true);
  });

  it('lets the second message of a turn see what the first has left', () => {
    const { rows } = decidePostings(
      [message([difference('100')], 1), message([difference('-150')], 2)],
      new Map([[GROUP, { held: 0n, approved: 70n, releases: 1, paid: 0n }]]),
    );
    expect(rows.map((row) => [legOf(row, accrued), legOf(row, approved)])).toEqual([
      [100n, 0n],
      [-100n, -50n],
    ]);
  });

  it('goes on in a second row when a commission id could not number the items any more', () => {
    const { rows } = decidePostings(
      [message(Array.from({ length: 50_001 }, () => difference('1')))],
      new Map(),
    );
    expect(rows.map((row) => row.items.length)).toEqual([50_000, 1]);
  });
});

describe('notices', () => {
  it('tells a partner once per turn, with totals per component and currency', () => {
    const many = Array.from({ length: 25 }, (_, i) =>
      difference('4', { eventId: `00000000-0000-8000-8000-${String(i).padStart(12, '0')}` }),
    );
    const { notices } = decidePostings(
      [message(many, 1), message([difference('7', { component: 'cpa' })], 2)],
      new Map(),
    );
    expect(notices.length).toBe(1);
    expect(notices[0]!.count).toBe(26);
    expect(notices[0]!.items.length).toBe(20);
    expect(notices[0]!.totals).toEqual([
      { component: 'lots', currency: 'USD', amount: 100n },
      { component: 'cpa', currency: 'USD', amount: 7n },
    ]);
  });
});

describe('hold release', () => {
  it('moves all that is held to approved', () => {
    const { rows, groups } = decideReleases([
      {
        ...difference('0'),
        lane: 3,
        programId: PROGRAM,
        held: 620n,
        releases: 2,
        decisionId: '00000000-0000-8000-8000-0000000000d1',
      },
    ]);
    expect(rows[0]).toMatchObject({
      kind: 'release',
      accounts: [accrued, approved],
      amounts: [-620n, 620n],
      groupRelease: 2,
      items: [],
    });
    expect(groups[0]).toMatchObject({ held: -620n, approved: 620n });
  });
});

describe('properties', () => {
  const part = fc.record({
    amount: fc.integer({ min: -500, max: 500 }),
    partner: fc.constantFrom(PARTNER, OTHER),
    component: fc.constantFrom('lots', 'cpa'),
    day: fc.constantFrom('2026-03-02', '2026-03-03'),
    currency: fc.constantFrom('USD', 'JPY'),
  });
  const turns = fc.array(
    fc.array(fc.array(part, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
    { maxLength: 6 },
  );

  it('keeps every row at zero, every group at the sum of its items, and every balance at the sum of its legs', () => {
    fc.assert(
      fc.property(turns, (input) => {
        const states = new Map<string, GroupState>();
        const items = new Map<string, bigint>();
        const balances = new Map<string, bigint>();
        input.forEach((hops, turn) => {
          const messages = hops.map((parts, hop) =>
            message(
              parts.map((p) =>
                difference(String(p.amount), {
                  partnerId: p.partner,
                  component: p.component,
                  holdDay: p.day,
                  currency: p.currency,
                }),
              ),
              turn * 10 + hop,
            ),
          );
          const postings = decidePostings(messages, states);
          for (const row of postings.rows) {
            expect(row.amounts.reduce((sum, amount) => sum + amount, 0n)).toBe(0n);
            const key = groupKeyText(row);
            items.set(
              key,
              row.items.reduce((sum, item) => sum + BigInt(item.a), items.get(key) ?? 0n),
            );
          }
          for (const delta of postings.groups) {
            const key = groupKeyText(delta);
            const before = states.get(key) ?? { held: 0n, approved: 0n, releases: 0, paid: 0n };
            states.set(key, {
              ...before,
              held: before.held + delta.held,
              approved: before.approved + delta.approved,
            });
          }
          for (const delta of postings.balances) {
            const key = `${delta.account} ${delta.currency}`;
            balances.set(key, (balances.get(key) ?? 0n) + delta.amount);
          }
        });
        for (const [key, sum] of items)
          expect((states.get(key)?.held ?? 0n) + (states.get(key)?.approved ?? 0n)).toBe(sum);
        for (const state of states.values()) expect(state.approved >= 0n).toBe(true);
        for (const currency of ['USD', 'JPY']) {
          const total = [...balances]
            .filter(([key]) => key.endsWith(currency))
            .reduce((sum, [, amount]) => sum + amount, 0n);
          expect(total).toBe(0n);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('books the same total whatever the order of the messages', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 1, maxLength: 8 }),
        (amounts) => {
          const total = (order: number[]): bigint => {
            const messages = order.map((amount, i) => message([difference(String(amount))], i));
            return decidePostings(messages, new Map()).groups.reduce(
              (sum, group) => sum + group.held + group.approved,
              0n,
            );
          };
          expect(total(amounts.toReversed())).toBe(total(amounts));
        },
      ),
    );
  });
});

describe('rows by hand', () => {
  const byHand = (kind: 'opening' | 'adjustment', amountMinor: string): LineDifference =>
    difference(amountMinor, {
      manual: { id: '00000000-0000-7000-8000-0000000000f1', kind },
      customerId: '',
      eventId: null,
      level: 0,
    });

  it('stand in rows of their own kind, an opening against its own account and told to nobody', () => {
    const { rows, notices } = decidePostings(
      [message([byHand('opening', '500'), byHand('adjustment', '-30'), difference('7')])],
      new Map(),
    );
    expect(rows.map((row) => [row.kind, row.accounts[0], row.amounts])).toEqual([
      ['opening', HOUSE_OPENING, [-500n, 500n]],
      ['adjustment', HOUSE_EXPENSE, [30n, -30n]],
      ['accrual', HOUSE_EXPENSE, [-7n, 7n]],
    ]);
    expect(rows[0]?.items).toEqual([
      {
        k: `m:00000000-0000-7000-8000-0000000000f1:lots:${PARTNER}`,
        a: '500',
        l: 0,
        t: '2026-03-01T10:00:00.000Z',
        m: '00000000-0000-7000-8000-0000000000f1',
      },
    ]);
    expect(notices[0]?.totals).toEqual([{ component: 'lots', currency: 'USD', amount: -23n }]);
  });
});
