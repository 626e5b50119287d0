// npm run bench [-- name ...] [--seconds N] [--minutes N] [--megabytes N] [--millions N] [--profile folder]: measures the product beside its yardsticks and prints one table.
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { killChildren } from './children.ts';
import { startBenchServer } from './database.ts';
import type { BenchServer } from './database.ts';
import type { Bench, BenchRun, Row } from './facts.ts';
import { describeMachine, loadNow } from './machine.ts';
import { printReport, writeReport } from './report.ts';
import { csvBench } from './suites/csv.ts';
import { largeCsvBench } from './suites/csv-large.ts';
import { batchBench, gzipBench, intakeBench, linesBench } from './suites/intake.ts';
import { cpaBench, growthBench, manyCustomersBench, manyTradesBench, ngrBench } from './suites/engine.ts';
import { latencyBench } from './suites/latency.ts';
import { memoryBench } from './suites/memory.ts';
import { reassignBench, releaseBench } from './suites/people.ts';
import { redirectBench } from './suites/redirect.ts';
import { deepRoadBench, roadBench } from './suites/road.ts';
import { treeBench } from './suites/tree.ts';

const BENCHES: readonly Bench[] = [
  intakeBench,
  batchBench,
  linesBench,
  gzipBench,
  csvBench,
  largeCsvBench,
  roadBench,
  deepRoadBench,
  latencyBench,
  cpaBench,
  ngrBench,
  redirectBench,
  treeBench,
  releaseBench,
  reassignBench,
  manyCustomersBench,
  manyTradesBench,
  growthBench,
  memoryBench,
];
const RESULTS = fileURLToPath(new URL('../RESULTS.md', import.meta.url));

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '10' },
      minutes: { type: 'string', default: '10' },
      megabytes: { type: 'string', default: '300' },
      millions: { type: 'string', default: '1' },
      profile: { type: 'string' },
      statements: { type: 'boolean', default: false },
    },
  });
  const seconds = Number(values.seconds);
  const minutes = Number(values.minutes);
  const megabytes = Number(values.megabytes);
  const millions = Number(values.millions);
  const unknown = positionals.filter((name) => !BENCHES.some((bench) => bench.name === name));
  const possible =
    seconds >= 1 &&
    seconds <= 600 &&
    minutes >= 2 &&
    minutes <= 600 &&
    megabytes >= 10 &&
    megabytes <= 10_000 &&
    millions >= 0.1 &&
    millions <= 100;
  if (unknown.length > 0 || !possible) {
    console.error(
      `Usage: npm run bench [-- name ...] [--seconds 1..600] [--minutes 2..600] [--megabytes 10..10000] [--millions 0.1..100] [--statements] [--profile folder]\nNames: ${BENCHES.map((bench) => bench.name).join(', ')}`,
    );
    process.exitCode = 1;
    return;
  }
  const chosen = BENCHES.filter((bench) => positionals.length === 0 || positionals.includes(bench.name));
  const profileFolder = values.profile === undefined ? undefined : resolve(values.profile);
  if (profileFolder !== undefined) mkdirSync(profileFolder, { recursive: true });
  const report = await measureAll(chosen, {
    seconds,
    minutes,
    megabytes,
    millions,
    profileFolder,
    statements: values.statements,
  });
  console.log(`\n${printReport(report)}`);
  // A part of the run must not pass for the whole.
  if (chosen.length === BENCHES.length) writeFileSync(RESULTS, writeReport(report));
}

async function measureAll(
  benches: readonly Bench[],
  options: Omit<BenchRun, 'server' | 'note'> & { readonly statements: boolean },
): Promise<Parameters<typeof printReport>[0]> {
  const load = loadNow();
  const server = await startBenchServer(options);
  stopOnSignals(server);
  try {
    const rows: Row[] = [];
    for (const bench of benches) {
      const note = (text: string): void => console.error(`${bench.name}: ${text}`);
      note(`running (load average ${loadNow()})`);
      const measured = await bench.run({ server, ...options, note });
      // The cores may be shared with other work; a figure is worth little without knowing how much.
      rows.push(
        ...measured.map((row) => ({ ...row, notes: [...row.notes, `load average afterwards ${loadNow()}`] })),
      );
    }
    const settings = server.settings.map(({ name, setting }) => `${name} ${setting}`).join(', ');
    return {
      date: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      machine: describeMachine(server.version),
      settings,
      load,
      seconds: options.seconds,
      rows,
    };
  } finally {
    await server.stop();
  }
}

/** Stopped from outside, the product's processes and the database go too. */
function stopOnSignals(server: BenchServer): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      killChildren();
      void server.stop().finally(() => process.exit(130));
    });
  }
  process.once('exit', killChildren);
}

await main();
