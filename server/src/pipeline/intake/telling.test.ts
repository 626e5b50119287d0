import { describe, expect, it } from 'vitest';
import { eventOf } from '../../../test/support/road.ts';
import type { CanonicalEvent } from '../mapping/facts.ts';
import { hashOf } from './judge.store.ts';
import { coverageOf } from './merge.ts';
import { REMAPPED_AWAY } from './facts.ts';
import { openBook, retell, tell } from './telling.ts';
import type { EventBook, Telling } from './telling.ts';

function telling(
  content: Partial<CanonicalEvent>,
  order: string | null,
  covers: readonly string[] | null,
): Telling {
  const event = eventOf(content);
  return { hash: hashOf(event), order, covers: coverageOf(covers), content: event, mappingVersion: 1 };
}

const WEBHOOK = ['amount', 'status', 'identifiers', 'occurredAt'];
const POLL = ['amount', 'currency', 'extra.fee'];

function replay(tellings: readonly Telling[]): { book: EventBook; answers: string[] } {
  const [first, ...rest] = tellings;
  if (first === undefined) throw new RangeError('nothing told');
  let book = openBook(first);
  const answers = rest.map((one) => {
    const told = tell(book, one, hashOf);
    book = told.book;
    return told.verdict.kind === 'duplicate' ? 'duplicate' : told.verdict.effective ? 'revised' : 'stale';
  });
  return { book, answers };
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

describe('feeds that cover different fields', () => {
  const hook1 = telling({ amount: '10', status: 'approved' }, '1', WEBHOOK);
  const hook3 = telling({ amount: '30', status: 'declined', kind: 'unsettled' }, '3', WEBHOOK);
  const poll2 = telling({ amount: '20', currency: 'EUR', extra: { fee: '2' } }, '2', POLL);
  const poll4 = telling({ amount: '30', currency: 'EUR', extra: { fee: '4' } }, '4', POLL);

  it('give each field from the latest telling that covers it', () => {
    const { book, answers } = replay([hook1, poll2, hook3]);
    expect(answers).toEqual(['revised', 'revised']);
    expect(book.content).toMatchObject({
      amount: '30',
      currency: 'EUR',
      kind: 'unsettled',
      extra: { fee: '2' },
    });
  });

  it('give the same content and hash for every order of arrival', () => {
    const outcomes = permutations([hook1, hook3, poll2, poll4, hook1]).map((order) => {
      const { book } = replay(order);
      return { content: book.content, hash: book.hash };
    });
    expect(new Set(outcomes.map((one) => JSON.stringify(one.content))).size).toBe(1);
    expect(new Set(outcomes.map((one) => one.hash)).size).toBe(1);
  });

  it('would not, if the last arrival won', () => {
    const contents = permutations([hook1, hook3, poll2, poll4]).map((order) => {
      const { book } = replay(order.map((one) => ({ ...one, order: null })));
      return book.hash;
    });
    expect(new Set(contents).size).toBeGreaterThan(1);
  });

  it('say a duplicate where the covered fields say what is known, and still remember its place', () => {
    const same = telling({ amount: '10', currency: 'USD' }, '5', ['amount', 'currency']);
    const older = telling({ amount: '7', status: 'approved' }, '2', WEBHOOK);
    expect(replay([hook1, same, older]).answers).toEqual(['duplicate', 'stale']);
    expect(replay([hook1, same, older]).book.content.amount).toBe('10');
  });

  it('do not let an assumed time stand before one that was told', () => {
    const assumed = telling(
      { occurredAt: '2026-03-05T00:00:00.000Z', occurredAtAssumed: true, amount: '5' },
      '9',
      null,
    );
    const { book } = replay([hook1, assumed]);
    expect(book.content).toMatchObject({ occurredAt: '2026-03-01T12:00:00.000Z', amount: '5' });
    expect(book.content.occurredAtAssumed).toBe(undefined);
  });
});

describe('sameness under one version of the mapping', () => {
  it('is asked of the version that read what is known', () => {
    const before = telling({ amount: '10' }, null, null);
    const now = { ...telling({ amount: '1000' }, null, null), mappingVersion: 2 };
    const book = openBook(before);
    expect(tell(book, now, hashOf).verdict).toEqual({ kind: 'revised', effective: true });
    const others = [{ hash: before.hash, order: null }];
    expect(tell(book, { ...now, others }, hashOf).verdict.kind).toBe('duplicate');
  });
});

describe('a delivery that is read again', () => {
  const first = telling({ amount: '10' }, null, null);
  const second = telling({ amount: '20' }, null, null);
  const fixed = (amount: string) => ({ ...telling({ amount }, null, null), mappingVersion: 2 });
  const { book } = replay([first, second]);

  it('changes the event where it had the last word, and only there', () => {
    expect(retell(book, { before: second, after: fixed('2000') }, hashOf)?.content.amount).toBe('2000');
    expect(retell(book, { before: first, after: fixed('1000') }, hashOf)).toBe(undefined);
  });

  it('gives back what was, when the former version is applied again', () => {
    const after = retell(book, { before: second, after: fixed('2000') }, hashOf);
    expect(after).toBeDefined();
    expect(retell(after!, { before: fixed('2000'), after: second }, hashOf)?.hash).toBe(book.hash);
  });

  it('leaves an event that it does not tell any more unsettled, until it is told again', () => {
    const gone = retell(book, { before: second, after: undefined }, hashOf)!;
    expect(gone.content).toMatchObject({ kind: 'unsettled', status: REMAPPED_AWAY });
    expect(tell(gone, second, hashOf)).toMatchObject({
      verdict: { kind: 'revised', effective: true },
      book: { hash: book.hash },
    });
  });

  it('takes its place in an order that the new version gives', () => {
    const late = { ...telling({ amount: '11' }, '9', null), mappingVersion: 2 };
    expect(retell(book, { before: first, after: late }, hashOf)?.content.amount).toBe('11');
  });
});
