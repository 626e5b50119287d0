import { expect, test } from 'vitest';
import { at, buildProgram } from '../../../test/support/evidence.ts';
import { markInterval } from './cuts.ts';

test('what is brought before the last interval of a month is marked with its own', () => {
  const program = buildProgram({
    parents: {
      ann: [
        { parentId: 'mid', effectiveFrom: at('2025-01-01T00:00:00Z') },
        { parentId: 'new', effectiveFrom: at('2026-01-11T00:00:00Z') },
        { parentId: 'new', effectiveFrom: at('2026-01-20T00:00:00Z') },
        { parentId: 'mid', effectiveFrom: at('2026-02-01T00:00:00Z') },
      ],
    },
  });
  const measures = { ggr: '5', $ggr: '6', 'day/2026-01-10/ggr': '5' };
  const mark = (partner: string, when: string): object =>
    markInterval(program, partner, { at: at(when), measures });
  expect(mark('ann', '2026-01-10T23:59:59Z')).toEqual({ ...measures, 'cut/0/ggr': '5' });
  expect(mark('ann', '2026-01-11T00:00:00Z')).toEqual(measures);
  expect(mark('ann', '2026-02-11T00:00:00Z')).toEqual(measures);
  expect(mark('bob', '2026-01-01T00:00:00Z')).toEqual(measures);
});
