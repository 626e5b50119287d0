// npm run drill -- [--seed N] [--rounds N] [--no-controls]: the whole drill, then the two controls that must turn it red.
import { parseArgs } from 'node:util';
import { createRandom } from './random.ts';
import { allRounds, runDrill } from './drill.ts';
import { CONTROLS, MORE_CONTROLS } from './controls.ts';
import type { DrillReport } from './drill.ts';

const say = (line: string): void => console.log(line);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      rounds: { type: 'string' },
      'no-controls': { type: 'boolean', default: false },
    },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  say(`kill drill, seed ${seed}`);
  const all = createRandom(seed).shuffle(allRounds());
  const wanted = Number(values.rounds ?? all.length);
  const rounds = Array.from({ length: wanted }, (_, index) => all[index % all.length]).filter(
    (round) => round !== undefined,
  );
  const report = await runDrill({ seed, rounds, say });
  tell(report);
  let isRight = report.faults.length === 0;
  if (!values['no-controls']) {
    for (const { control, rounds: few, shows } of [...CONTROLS, ...MORE_CONTROLS]) {
      const { faults } = await runDrill({ seed, rounds: few, control, say });
      const shown = faults.find((fault) => shows.test(fault));
      const word =
        shown === undefined
          ? 'NOT SEEN, so the drill proves nothing'
          : `red, as it must be (${faults.length} faults, such as: ${shown})`;
      say(`control ${control}: ${word}`);
      isRight &&= shown !== undefined;
    }
  }
  return isRight ? 0 : 1;
}

function tell({ faults, sent, events, lost, recoveries }: DrillReport): void {
  say(
    `${sent.requests} requests about ${sent.customers} customers: ${sent.acknowledged} acknowledged, ${sent.lost} without an answer; ${events} events`,
  );
  for (const [why, count] of lost.slice(0, 8)) say(`  no answer, ${count} times: ${why}`);
  if (recoveries.length > 0) {
    const sorted = recoveries.toSorted((a, b) => a - b);
    const at = (share: number): string =>
      ((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) / 1000).toFixed(1);
    say(
      `lanes of a killed worker were taken over after ${at(0)} to ${at(1)} s, median ${at(0.5)} s of ${sorted.length} (target 10 s, stretch 3 s)`,
    );
  }
  say(
    faults.length === 0
      ? 'green: every acknowledged event has exactly one effect, and nothing else exists'
      : `RED: ${faults.length} faults`,
  );
  for (const fault of faults.slice(0, 40)) say(`- ${fault}`);
}

process.exit(await main());
