// What npm start, npm test and the other scripts call. Plain JavaScript, because the host's Node may be 20 and
// nothing may be installed yet: first the packages, then the newer Node, then the real program.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWhenStale } from './build.mjs';
import { installWhenNeeded } from './install.mjs';
import { findNewerNode, NO_NODE, ROOT } from './newer-node.mjs';
import { newerEnvironment, runAndExit } from './run.mjs';

const [task, ...rest] = process.argv.slice(2);
installWhenNeeded();
const node = findNewerNode();
if (node === undefined) {
  console.error(NO_NODE);
  process.exit(1);
}

const VITEST = [join('node_modules', 'vitest', 'vitest.mjs'), 'run'];
/** In order of speed: what is quick to say no says it first. */
const CHECKS = [
  ['format', join('node_modules', '.bin', 'oxfmt'), ['--check', '.']],
  ['types', node, [join('node_modules', 'ts7', 'bin', 'tsc'), '-p', '.']],
  ['types of the console', node, [join('node_modules', 'ts7', 'bin', 'tsc'), '-p', 'web', '--noEmit']],
  ['lint', join('node_modules', '.bin', 'oxlint'), ['--type-aware', '--quiet']],
  ['architecture', node, [...VITEST, '--project', 'unit', 'server/test/architecture']],
  ['unit', node, [...VITEST, '--project', 'unit']],
  ['database', node, [...VITEST, '--project', 'db']],
  ['journeys', node, [...VITEST, '--project', 'journeys']],
  ['pages', node, [...VITEST, '--project', 'pages']],
];

switch (task) {
  case 'start':
    // The API is worth having without its pages, so a failed build does not stop the start.
    complain(buildWhenStale(node));
    // It only looks after the others, and needs little memory.
    runAndExit(node, ['--max-semi-space-size=1', join(ROOT, 'server', 'src', 'main.ts'), 'start', ...rest], {
      leash: true,
    });
    break;
  case 'demo':
    complain(buildWhenStale(node));
    runAndExit(node, [join(ROOT, 'simulators', 'src', 'demo.ts'), ...rest], { leash: true });
    break;
  case 'bench':
    runAndExit(node, [join(ROOT, 'bench', 'src', 'main.ts'), ...rest]);
    break;
  case 'property':
    process.exit(runCampaign('property', 'server/test/properties/order-free', 100, rest));
    break;
  case 'oracle':
    process.exit(runCampaign('oracle', 'oracle/oracle.db', 200, rest));
    break;
  case 'fuzz':
    process.exit(runCampaign('fuzz', 'server/test/fuzz', 100_000, rest));
    break;
  case 'mutation':
    runAndExit(node, [join(ROOT, 'server', 'test', 'mutation', 'main.ts'), ...rest]);
    break;
  case 'drill':
    runAndExit(node, [join(ROOT, 'server', 'test', 'drill', 'main.ts'), ...rest]);
    break;
  case 'test':
    complain(buildWhenStale(node));
    process.exit(runTests(rest));
    break;
  case 'check':
    complain(buildWhenStale(node));
    process.exit(runChecks());
    break;
  default:
    console.error(
      `There is no task "${task}". Use npm start, npm run demo, npm test, npm run check, npm run bench, npm run property, npm run oracle, npm run fuzz, npm run mutation or npm run drill.`,
    );
    process.exit(1);
}

function complain(sentence) {
  if (sentence !== undefined) console.error(sentence);
}

function run(command, args, environment = {}) {
  const options = { cwd: ROOT, stdio: 'inherit', env: { ...newerEnvironment(), ...environment } };
  // Ctrl-C reaches the child by itself; a null status is then a failure like any other.
  return spawnSync(command, args, options).status ?? 1;
}

/** Runs all tests. A run that proved nothing is a failure, and says so in the same plain line. */
function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-counts-'));
  const counts = process.env.PLUMBLINE_TEST_COUNTS || join(folder, 'counts.json');
  rmSync(counts, { force: true });
  const status = run(node, [...VITEST, ...args], { PLUMBLINE_TEST_COUNTS: counts });
  let result;
  try {
    result = JSON.parse(readFileSync(counts, 'utf8'));
  } catch {
    console.log('\nThe test runner ended without a result.\n0 passed, 1 failed');
  }
  rmSync(folder, { recursive: true, force: true });
  return result === undefined || result.failed > 0 || result.passed === 0 ? 1 : status;
}

/** A test on many cases: the property that order changes nothing, or mutated payloads; --cases and --seed are read from the environment. */
function runCampaign(task, test, usual, args) {
  const environment = { PLUMBLINE_CASES: String(usual) };
  for (let index = 0; index < args.length; index += 2) {
    const name = { '--cases': 'PLUMBLINE_CASES', '--seed': 'PLUMBLINE_SEED' }[args[index]];
    const value = args[index + 1] ?? '';
    if (name === undefined || !/^\d{1,9}$/.test(value)) {
      console.error(`Use npm run ${task} -- [--cases <number>] [--seed <number>]`);
      return 1;
    }
    environment[name] = value;
  }
  return run(node, [...VITEST, '--project', 'db', test], environment);
}

function runChecks() {
  for (const [name, command, args] of CHECKS) {
    console.log(`\n── ${name}`);
    if (run(command, args) !== 0) {
      console.error(`\nThe ${name} check failed; the later ones were not run.`);
      return 1;
    }
  }
  console.log('\nAll checks passed.');
  return 0;
}
