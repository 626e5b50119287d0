import { describe, expect, it } from 'vitest';
import { applyVerdict, classifyRevision } from './classify.ts';
import type { EventState, Incoming } from './classify.ts';

// Written as content@order; content without an order comes by arrival.
function told(text: string): Incoming {
  const [hash = '', order] = text.split('@');
  return { hash, order: order ?? null };
}

function replay(tale: string): { answers: string[]; state: EventState } {
  const [first, ...rest] = tale.split(' ').map(told) as [Incoming, ...Incoming[]];
  let state: EventState = { hash: first.hash, order: first.order, pastHashes: [] };
  const answers = rest.map((incoming) => {
    const verdict = classifyRevision(state, incoming);
    state = applyVerdict(state, incoming, verdict);
    if (verdict.kind === 'duplicate') return verdict.reverts ? 'reverts' : 'duplicate';
    return verdict.effective ? 'revised' : 'stale';
  });
  return { answers, state };
}

const TALES: [string, string, string[], string][] = [
  ['the same content again is a duplicate', 'a a', ['duplicate'], 'a'],
  ['other content without an order is a revision', 'a b', ['revised'], 'b'],
  ['content of an earlier revision never reverts', 'a b a', ['revised', 'reverts'], 'b'],
  ['a third content after a late copy is a revision', 'a b a c', ['revised', 'reverts', 'revised'], 'c'],
  ['a later version is effective', 'a@1 b@2', ['revised'], 'b'],
  ['an older version that comes late is kept without effect', 'b@2 a@1', ['stale'], 'b'],
  ['an older version that comes again is a duplicate', 'b@2 a@1 a@1', ['stale', 'duplicate'], 'b'],
  ['a version may tell earlier content anew', 'a@1 b@2 a@3', ['revised', 'revised'], 'a'],
  [
    'the same content under a later version stands as of that version',
    'a@1 a@3 b@2',
    ['duplicate', 'stale'],
    'a',
  ],
  ['the same content under an earlier version changes nothing', 'a@3 a@1 b@2', ['duplicate', 'stale'], 'a'],
  ['at one place in the order the later arrival is effective', 'a@1 b@1', ['revised'], 'b'],
  ['at one place in the order nothing reverts', 'a@1 b@1 a@1', ['revised', 'reverts'], 'b'],
  ['an order beats none', 'a b@1 c', ['revised', 'stale'], 'b'],
];

describe('revisions at the door', () => {
  it.each(TALES)('%s', (_name, tale, answers, effective) => {
    const outcome = replay(tale);
    expect(outcome.answers).toEqual(answers);
    expect(outcome.state.hash).toBe(effective);
  });

  it('gives the same effective content for every order of arrival of distinct versions', () => {
    const versions = ['a@1', 'b@2', 'a@3', 'c@4', 'c@5'];
    for (const tale of permutations(versions))
      expect(replay(tale.join(' ')).state).toMatchObject({ hash: 'c', order: '5' });
    for (const tale of permutations(versions.slice(0, 3)))
      expect(replay(tale.join(' ')).state).toMatchObject({ hash: 'a', order: '3' });
  });

  it('would not, if versions were ignored', () => {
    const effective = new Set(permutations(['a', 'b', 'c']).map((tale) => replay(tale.join(' ')).state.hash));
    expect(effective.size).toBeGreaterThan(1);
  });
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}
