import { describe, expect, it } from 'vitest';
import { decideLeases } from './fair-share.ts';
import type { LeaseView } from './fair-share.ts';

function leases(owners: string): LeaseView[] {
  return owners.split('').map((letter, group) => ({
    group,
    owner: letter === '.' ? null : letter.toLowerCase(),
    expired: letter !== letter.toLowerCase(),
  }));
}

describe('fair share of lane groups', () => {
  // Small letters are living owners, capitals are owners whose lease has run out, a dot is nobody.
  it.each([
    ['takes everything when alone', '................', 'a', 16, 0],
    ['takes nothing when it has its share', 'aaaaaaaabbbbbbbb', 'a', 0, 0],
    ['takes half from the only other worker', 'bbbbbbbbbbbbbbbb', 'a', 0, 8],
    ['takes from both when it is the third', 'bbbbbbbbcccccccc', 'a', 0, 4],
    ['takes over what has run out', 'aaaaaaaaBBBBBBBB', 'a', 8, 0],
    ['leaves the other half of what has run out to the other', 'aaaaaBBBBBBccccc', 'a', 3, 0],
    ['takes the surplus of others and nothing of one at its share', 'bbbbbbcccccdddda', 'a', 0, 3],
  ])('%s', (_name, owners, me, free, foreign) => {
    const plan = decideLeases(me, leases(owners));
    expect([plan.take.length, plan.takeFrom.length]).toEqual([free, foreign]);
  });

  it('comes to rest: applied in turn by three workers, nobody wants more in the end', () => {
    let rows = leases('aaaaaaaaaaaaaaaa');
    for (let round = 0; round < 6; round += 1) {
      for (const me of ['a', 'b', 'c']) {
        const plan = decideLeases(me, rows);
        const mine = new Set([...plan.take, ...plan.takeFrom.map((row) => row.group)]);
        rows = rows.map((row) => (mine.has(row.group) ? { ...row, owner: me } : row));
      }
    }
    const counts = ['a', 'b', 'c'].map((me) => rows.filter((row) => row.owner === me).length);
    expect(counts.toSorted((x, y) => x - y)).toEqual([4, 6, 6]);
    for (const me of ['a', 'b', 'c']) expect(decideLeases(me, rows)).toEqual({ take: [], takeFrom: [] });
  });
});
