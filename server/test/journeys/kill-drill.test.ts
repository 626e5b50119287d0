import { afterEach, describe, expect, it } from 'vitest';
import { CONTROLS } from '../drill/controls.ts';
import { runDrill } from '../drill/drill.ts';
import type { Round } from '../drill/rounds.ts';

/** The short form of `npm run drill`: fewer blows, the same checker. */
const SEED = Number(process.env['PLUMBLINE_SEED'] ?? 41);
const SHORT: readonly Round[] = [
  { kind: 'failpoint', at: 'intake:after-commit', kills: 'itself' },
  { kind: 'failpoint', at: 'evidence:after-send', kills: 'itself' },
  { kind: 'failpoint', at: 'customer:after-commit', kills: 'postgres' },
  { kind: 'failpoint', at: 'customer:after-send', kills: 'tree' },
  { kind: 'failpoint', at: 'review:before-commit', kills: 'itself' },
  { kind: 'failpoint', at: 'move-set:before-commit', kills: 'itself' },
  { kind: 'second-worker' },
];

console.log(`kill drill, seed ${SEED}; another one with PLUMBLINE_SEED`);
const lines: string[] = [];
const say = (line: string): void => void lines.push(line);

// What was struck, and when, is worth reading only when it went wrong.
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.log(lines.join('\n'));
  lines.length = 0;
});

describe('kill -9 while events come in', () => {
  it('leaves exactly one effect of every acknowledged event, at most one of every other, and nothing else', async () => {
    const report = await runDrill({ seed: SEED, rounds: SHORT, say });
    expect(report.faults).toEqual([]);
    expect(report.sent.acknowledged).toBeGreaterThan(0);
  });

  it.each(CONTROLS)(
    'would be seen to do harm if the product were wrong: $control',
    async ({ control, rounds, shows }) => {
      const report = await runDrill({ seed: SEED, rounds, control, say });
      expect(report.faults.filter((fault) => shows.test(fault))).not.toEqual([]);
    },
  );
});
