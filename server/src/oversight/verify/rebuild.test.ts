import { describe, expect, it } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Disposition } from '../../pipeline/intake/facts.ts';
import { asStored, firstDifference, sayDifference } from './compare.ts';
import type { RebuiltEvent, Told } from './facts.ts';
import { PostingsBook } from './postings.ts';
import type { JournalRowKept } from './postings.ts';
import { replayTold } from './rebuild-events.ts';
import { ROAD_RULES } from './replay.actions.ts';
import { eventOf } from '../../../test/support/road.ts';
import { findUnsettled } from './unsettled.ts';

const uuid = (n: number): string => `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`;
const source = { id: uuid(1), slug: 'crm', programId: uuid(2), registrar: false };

/** `hash@order:disposition`, in the order in which the statements are listed in the chunks. */
function told(text: string): Told[] {
  return text.split(' ').map((one, index) => {
    const [statement = '', disposition] = one.split(':');
    const [hash = '', order] = statement.split('@');
    return {
      eventId: uuid(3),
      source,
      kind: 'deposit',
      hash,
      order: order ?? null,
      content: JSON.stringify(eventOf({ amount: hash })),
      covers: null,
      others: [],
      occurredAt: instantFromIso('2026-03-01T00:00:00Z'),
      receivedAt: instantFromIso(`2026-03-01T00:00:0${index}Z`),
      identifierId: uuid(4),
      mappingVersion: 1,
      at: String(index),
      disposition: disposition as Disposition | undefined,
    };
  });
}

describe('the effective revision from everything told', () => {
  it.each([
    ['the only one', 'a:accepted', 'a', 1],
    ['the last, by arrival', 'a:accepted b:revised c:revised', 'c', 3],
    ['content of an earlier one never comes back', 'a:accepted b:revised a:duplicate', 'b', 2],
    ['the greater version, whatever came last', 'b@2:accepted a@1:revised', 'b', 2],
    ['who was first at two doors is what the doors answered', 'b:revised a:accepted', 'b', 2],
    ['and so between later statements', 'a:accepted c:duplicate b:revised c:revised', 'c', 3],
  ] as const)('%s: %s', (_name, text, hash, revision) => {
    expect(replayTold(told(text), ROAD_RULES)).toMatchObject({ hash, revision });
  });

  it('keeps when the event was first received', () => {
    expect(replayTold(told('a:accepted b:revised'), ROAD_RULES).receivedAt).toBe(
      instantFromIso('2026-03-01T00:00:00Z'),
    );
  });
});

describe('naming a difference', () => {
  it.each([
    [
      { a: 1, b: { c: ['x', 'y'] } },
      { a: 1, b: { c: ['x', 'z'] } },
      'thing: b c no. 2 is y, the evidence gives z',
    ],
    [{ a: '' }, { a: 'x' }, 'thing: a is empty, the evidence gives x'],
    [{}, { a: { b: 1 } }, 'thing: a is nothing, the evidence gives {"b":1}'],
    [[1, 2], [1], 'thing: no. 2 is 2, the evidence gives nothing'],
  ])('%j and %j: %s', (stored, rebuilt, sentence) => {
    const found = firstDifference(stored, rebuilt);
    expect(found && sayDifference('thing', found)).toBe(sentence);
  });

  it('finds none between a value and what the database makes of it', () => {
    expect(
      firstDifference(
        { a: [1, { b: null }], from: '-Infinity' },
        asStored({ a: [1, { b: null }], from: Number.NEGATIVE_INFINITY, gone: undefined }),
      ),
    ).toBeUndefined();
  });
});

describe('what is on the road', () => {
  const event = (id: number, identifier: number): RebuiltEvent => ({
    ...(told('a:accepted')[0] as Told),
    eventId: uuid(id),
    identifierId: uuid(identifier),
    revision: 1,
  });
  const events = new Map([event(10, 20), event(11, 20), event(12, 21)].map((one) => [one.eventId, one]));
  const placeOf = new Map([
    [uuid(10), { customerId: uuid(30) }],
    [uuid(11), { customerId: uuid(30) }],
    [uuid(12), { customerId: uuid(31) }],
  ]);
  const none = { events: new Set<string>(), customers: new Set<string>(), identifiers: new Set<string>() };
  const ask = (road: Partial<typeof none>) =>
    findUnsettled({
      road: { ...none, ...road },
      events,
      placeOf,
      keptWith: () => [],
      claimedBy: (id) => (id === uuid(30) ? [uuid(20)] : []),
    });

  it('is nothing when nothing moves', () => {
    expect(ask({})).toEqual(none);
  });

  it('is an event, its customer, what the customer claims, and what rests on that', () => {
    const found = ask({ events: new Set([uuid(10)]) });
    expect([...found.customers]).toEqual([uuid(30)]);
    expect([...found.identifiers]).toEqual([uuid(20)]);
    expect([...found.events].sort()).toEqual([uuid(10), uuid(11)]);
  });

  it('leaves alone what it cannot reach', () => {
    expect([...ask({ identifiers: new Set([uuid(21)]) }).customers]).toEqual([uuid(31)]);
  });
});

describe('the journal against itself and against the evidence', () => {
  const row = (change: Partial<JournalRowKept> = {}): JournalRowKept => ({
    lane: 1,
    hopId: uuid(40),
    rowNo: 0,
    partnerId: uuid(41),
    kind: 'accrual',
    component: 'lots',
    holdDay: '2026-03-02',
    holdReason: '',
    currency: 'USD',
    position: 1,
    accounts: ['house:commission_expense', `partner:${uuid(41)}:accrued`],
    amounts: ['-700', '700'],
    items: [
      {
        k: `e:${uuid(3)}:lots:${uuid(41)}:1`,
        a: '700',
        c: uuid(42),
        cl: 5,
        e: uuid(3),
        l: 1,
        t: '2026-03-01T00:00:00.000Z',
      },
    ],
    ...change,
  });
  const settled = (): boolean => false;

  it('says that legs do not sum to zero, and that items are not what the legs say', () => {
    const book = new PostingsBook(() => 1);
    expect(book.book(row({ amounts: ['-700', '701'] }), settled).map((one) => one.sentence)).toEqual([
      `journal row 1/${uuid(40)}/0: its legs sum to 0.01 USD, not to zero`,
    ]);
    expect(book.book(row({ amounts: ['-800', '800'] }), settled).map((one) => one.sentence)).toEqual([
      `journal row 1/${uuid(40)}/0: its legs give the partner 8.00 USD, its items say 7.00 USD`,
    ]);
    expect(book.book(row(), settled)).toEqual([]);
  });

  it('names a key that is booked without evidence, unless its customer is on the road', () => {
    const book = new PostingsBook(() => 1);
    book.book(row(), settled);
    expect([...book.differences(settled)]).toEqual([
      {
        kind: 'line',
        sentence: `line lots of partner prt_${uuid(41).replaceAll('-', '')}, level 1, for event evt_${uuid(3).replaceAll('-', '')}, held to 2026-03-02: the journal books 7.00 USD, the evidence gives 0.00 USD`,
      },
    ]);
    expect([...book.differences((customerId) => customerId === uuid(42))]).toEqual([]);
  });

  it('counts a line that was sent and not posted as booked', () => {
    const book = new PostingsBook(() => 1);
    book.book(row(), settled);
    book.send(1, {
      amountMinor: '-700',
      currency: 'USD',
      component: 'lots',
      partnerId: uuid(41),
      level: 1,
      holdDay: '2026-03-02',
      holdReason: '',
      customerId: uuid(42),
      customerLane: 5,
      eventId: uuid(3),
      causedAt: '2026-03-01T00:00:00.000Z',
    });
    expect([...book.differences(settled)]).toEqual([]);
    expect([...book.groups.values()]).toMatchObject([{ held: 700n, onWay: -700n, desired: 0n }]);
  });
});
