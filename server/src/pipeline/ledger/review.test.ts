import { describe, expect, it } from 'vitest';
import { naturalKeyOf, readHoldReason, reviewReasonOf } from './facts.ts';
import { decidePostings } from './post.ts';
import { decideReviewReleases, decideReviews, sumRestated } from './review.ts';
import type { LinesMessage, PostedDifference, ReviewPart } from './review.ts';

const OLD = '01900000-0000-7000-8000-000000000001';
const NEW = '01900000-0000-7000-8000-000000000002';
const EVENT = '01900000-0000-7000-8000-0000000000e1';

function line(amountMinor: string, changes: Partial<PostedDifference> = {}): PostedDifference {
  return {
    amountMinor,
    currency: 'USD',
    component: 'lots',
    partnerId: 'p1',
    level: 1,
    holdDay: '2026-03-05',
    holdReason: '',
    customerId: 'c1',
    customerLane: 7,
    eventId: EVENT,
    causedAt: '2026-03-01T10:00:00.000Z',
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

function part(amount: bigint, changeSetId = OLD, changes: Partial<PostedDifference> = {}): ReviewPart {
  return { lane: 3, programId: 'prog', changeSetId, amount, line: line('0', changes) };
}

const said = (messages: readonly LinesMessage[]): string[] =>
  messages.flatMap(({ differences }) =>
    differences.map((one) => `${one.amountMinor} ${one.holdDay} ${one.holdReason}`),
  );
const left = (parts: readonly ReviewPart[]): string[] =>
  parts.map((one) => `${one.amount} ${one.line.holdDay} ${one.line.holdReason} ${one.changeSetId}`);

describe('reviewReasonOf', () => {
  it.each(['', 'kyc_pending'])('keeps the set and the reason of the ordinary group: "%s"', (ordinary) => {
    const reason = reviewReasonOf(OLD, ordinary);
    expect(readHoldReason(reason)).toEqual({ changeSetId: OLD, ordinary, shown: 'restatement_review' });
    expect(readHoldReason(ordinary)).toEqual({ changeSetId: null, ordinary, shown: ordinary });
  });
});

describe('decideReviews', () => {
  interface Row {
    readonly what: string;
    readonly before: ReviewPart[];
    readonly messages: LinesMessage[];
    readonly posted: string[];
    readonly parts: string[];
  }
  const review = reviewReasonOf(OLD, '');
  const rows: Row[] = [
    {
      what: 'leaves what no set caused where it was',
      before: [],
      messages: [message([line('5'), line('-7', { eventId: 'other' })])],
      posted: ['5 2026-03-05 ', '-7 2026-03-05 '],
      parts: [],
    },
    {
      what: 'lets the plus of a set wait, and takes its minus at once',
      before: [],
      messages: [message([line('5'), line('-7', { eventId: 'other' })], OLD)],
      posted: [`5 2026-03-05 ${review}`, '-7 2026-03-05 '],
      parts: [`5 2026-03-05  ${OLD}`],
    },
    {
      what: 'adds up over the turns of one set',
      before: [part(5n)],
      messages: [message([line('2')], OLD)],
      posted: [`2 2026-03-05 ${review}`],
      parts: [`7 2026-03-05  ${OLD}`],
    },
    {
      what: 'takes a later minus from what waits, the newest set first, and the rest from the ordinary group',
      before: [part(5n), part(3n, NEW)],
      messages: [message([line('-10')])],
      posted: [`-3 2026-03-05 ${reviewReasonOf(NEW, '')}`, `-5 2026-03-05 ${review}`, '-2 2026-03-05 '],
      parts: [`0 2026-03-05  ${NEW}`, `0 2026-03-05  ${OLD}`],
    },
    {
      what: 'undoes a set that was not released without touching the ordinary group',
      before: [part(5n)],
      messages: [message([line('-5')], NEW)],
      posted: [`-5 2026-03-05 ${review}`],
      parts: [`0 2026-03-05  ${OLD}`],
    },
    {
      what: 'does not take from what waits of another event, group or currency',
      before: [part(5n, OLD, { eventId: 'other' }), part(5n, OLD, { holdDay: '2026-03-06' })],
      messages: [message([line('-5')])],
      posted: ['-5 2026-03-05 '],
      parts: [],
    },
    {
      what: 'lets what waits go on waiting where later evidence moves the key to another group',
      before: [part(5n, OLD, { holdReason: 'kyc_pending' })],
      messages: [message([line('-12', { holdReason: 'kyc_pending' }), line('12')])],
      posted: [
        `-5 2026-03-05 ${reviewReasonOf(OLD, 'kyc_pending')}`,
        '-7 2026-03-05 kyc_pending',
        `5 2026-03-05 ${review}`,
        '7 2026-03-05 ',
      ],
      parts: [`0 2026-03-05 kyc_pending ${OLD}`, `5 2026-03-05  ${OLD}`],
    },
    {
      what: 'shares what waited over several groups, each its part, and no more than waited',
      before: [part(5n, OLD, { holdReason: 'kyc_pending' })],
      messages: [
        message([
          line('-12', { holdReason: 'kyc_pending' }),
          line('3'),
          line('9', { holdDay: '2026-03-06' }),
        ]),
      ],
      posted: [
        `-5 2026-03-05 ${reviewReasonOf(OLD, 'kyc_pending')}`,
        '-7 2026-03-05 kyc_pending',
        `3 2026-03-05 ${review}`,
        `2 2026-03-06 ${review}`,
        '7 2026-03-06 ',
      ],
      parts: [`0 2026-03-05 kyc_pending ${OLD}`, `3 2026-03-05  ${OLD}`, `2 2026-03-06  ${OLD}`],
    },
    {
      what: 'takes from the newest of several that wait first, whichever is known first, and leaves out what waits no more',
      before: [part(3n, NEW), part(5n), part(0n, '01900000-0000-7000-8000-000000000009')],
      messages: [message([line('-4')])],
      posted: [`-3 2026-03-05 ${reviewReasonOf(NEW, '')}`, `-1 2026-03-05 ${review}`],
      parts: [`0 2026-03-05  ${NEW}`, `4 2026-03-05  ${OLD}`],
    },
    {
      what: 'takes nothing from the older one where the newest has enough',
      before: [part(5n), part(5n, NEW)],
      messages: [message([line('-5')])],
      posted: [`-5 2026-03-05 ${reviewReasonOf(NEW, '')}`],
      parts: [`0 2026-03-05  ${NEW}`],
    },
    {
      what: 'sees in a later message what an earlier one of the same turn sent to review',
      before: [],
      messages: [message([line('5')], OLD), message([line('-4')])],
      posted: [`5 2026-03-05 ${review}`, `-4 2026-03-05 ${review}`],
      parts: [`1 2026-03-05  ${OLD}`],
    },
  ];
  it.each(rows)('$what', ({ before, messages, posted, parts }) => {
    const decided = decideReviews(messages, before);
    expect(said(decided.messages)).toEqual(posted);
    expect(left(decided.parts)).toEqual(parts);
  });

  it('hands on messages that no set concerns as they came', () => {
    const messages = [message([line('5'), line('0')])];
    expect(decideReviews(messages, []).messages).toBe(messages);
  });

  it('keeps every sum per key and ordinary group, whatever is caused by whom (seeds 1 to 200)', () => {
    expect(wrongSeeds(decideReviews)).toEqual([]);
  });

  const isReview = ({ holdReason }: PostedDifference): boolean =>
    readHoldReason(holdReason).changeSetId !== null;
  const controls: readonly [string, (posted: readonly PostedDifference[]) => PostedDifference[]][] = [
    ['drops what goes to review', (posted) => posted.filter((one) => !isReview(one))],
    [
      'posts twice what goes to review',
      (posted) => posted.flatMap((one) => (isReview(one) ? [one, one] : [one])),
    ],
    [
      'takes from the review and from the ordinary group',
      (posted) =>
        posted.flatMap((one) =>
          isReview(one) && BigInt(one.amountMinor) < 0n ? [one, { ...one, holdReason: '' }] : [one],
        ),
    ],
  ];
  it.each(controls)('is found wrong when it %s', (_what, spoil) => {
    const spoiled: typeof decideReviews = (messages, parts) => {
      const decided = decideReviews(messages, parts);
      return {
        ...decided,
        messages: decided.messages.map((one) => ({ ...one, differences: spoil(one.differences) })),
      };
    };
    expect(wrongSeeds(spoiled).length).toBeGreaterThan(0);
  });
});

describe('decideReviewReleases', () => {
  it('moves what waited into the ordinary group, and posts it as balanced rows that add nothing', () => {
    const messages = decideReviewReleases([
      { ...part(5n), decisionId: 'd1' },
      { ...part(2n, OLD, { holdReason: 'kyc_pending' }), decisionId: 'd1' },
    ]);
    expect(said(messages)).toEqual([
      `-5 2026-03-05 ${reviewReasonOf(OLD, '')}`,
      '5 2026-03-05 ',
      `-2 2026-03-05 ${reviewReasonOf(OLD, 'kyc_pending')}`,
      '2 2026-03-05 kyc_pending',
    ]);
    const { rows, notices } = decidePostings(messages, new Map(), 'review_release');
    expect(rows.flatMap((row) => row.amounts).reduce((sum, amount) => sum + amount, 0n)).toBe(0n);
    expect(rows.map((row) => row.kind)).toEqual(Array.from({ length: 4 }, () => 'review_release'));
    expect(notices).toEqual([]);
  });
});

describe('sumRestated', () => {
  it('says of each set what it brought and took, and nothing of other turns', () => {
    const sums = sumRestated([message([line('5'), line('-7')], OLD), message([line('9')])]);
    const sum = {
      lane: 3,
      programId: 'prog',
      changeSetId: OLD,
      partnerId: 'p1',
      component: 'lots',
      currency: 'USD',
    };
    expect(sums).toEqual([{ ...sum, added: 5n, taken: 7n, count: 2 }]);
    const each = sumRestated([
      message([line('5'), line('1', { currency: 'EUR' }), line('2', { component: 'cpa' })], OLD),
      message([line('3', { partnerId: 'p2' }), line('4')], NEW),
      { ...message([line('9')], OLD), lane: 4 },
    ]);
    expect(each.map(({ added }) => added)).toEqual([5n, 1n, 2n, 3n, 4n, 9n]);
  });
});

/** Seeds for which parts fall below zero, or a key and its ordinary group get another sum than the turns brought. */
function wrongSeeds(decide: typeof decideReviews): number[] {
  const wrong = new Set<number>();
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = seeded(seed);
    let parts: readonly ReviewPart[] = [];
    const wanted = new Map<string, bigint>();
    const found = new Map<string, bigint>();
    for (let turn = 0; turn < 8; turn += 1) {
      const messages = [randomMessage(random)];
      for (const one of messages.flatMap((m) => m.differences)) add(wanted, one, one.holdReason);
      const decided = decide(messages, parts);
      for (const one of decided.messages.flatMap((m) => m.differences))
        add(found, one, readHoldReason(one.holdReason).ordinary);
      const changed = new Set(decided.parts.map(keyOf));
      parts = [...parts.filter((one) => !changed.has(keyOf(one))), ...decided.parts].filter(
        (one) => one.amount !== 0n,
      );
      if (parts.some((one) => one.amount < 0n)) wrong.add(seed);
    }
    const keys = new Set([...wanted.keys(), ...found.keys()]);
    if ([...keys].some((key) => (wanted.get(key) ?? 0n) !== (found.get(key) ?? 0n))) wrong.add(seed);
  }
  return [...wrong];
}

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

function randomMessage(random: (below: number) => number): LinesMessage {
  const groups = ['', 'kyc_pending'].flatMap((holdReason) =>
    ['2026-03-05', '2026-03-06'].map((holdDay) => ({ holdReason, holdDay })),
  );
  const differences = groups
    .filter(() => random(2) === 0)
    .map((group) =>
      line(String(random(41) - 20 || 1), { ...group, eventId: random(2) === 0 ? EVENT : null }),
    );
  return message(differences, [undefined, OLD, NEW][random(3)]);
}

function add(sums: Map<string, bigint>, one: PostedDifference, holdReason: string): void {
  const key = `${naturalKeyOf(one)} ${one.holdDay} ${holdReason}`;
  sums.set(key, (sums.get(key) ?? 0n) + BigInt(one.amountMinor));
}

function keyOf({ line: one, changeSetId }: ReviewPart): string {
  return `${naturalKeyOf(one)} ${one.holdDay} ${one.holdReason} ${changeSetId}`;
}

describe('readHoldReason', () => {
  it('leaves a reason alone that only begins like a review', () => {
    const none = { changeSetId: null, ordinary: 'restatement_review', shown: 'restatement_review' };
    expect(readHoldReason('restatement_review')).toEqual(none);
    expect(readHoldReason('other:set')).toEqual({
      changeSetId: null,
      ordinary: 'other:set',
      shown: 'other:set',
    });
  });
});
