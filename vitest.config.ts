import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { CountReporter } from './server/test/support/count-reporter.ts';

const everything = ['server', 'contract', 'oracle', 'bench', 'sdk', 'simulators', 'web/src'];
const pure = everything.map((folder) => `${folder}/**/*.test.ts`);
const database = everything.map((folder) => `${folder}/**/*.db.test.ts`);
const journeys = ['server/test/journeys/**/*.test.ts'];
const pages = ['web/test/**/*.test.ts'];
const never = ['**/node_modules/**', '**/.plumbline*/**'];

/**
 * A test with a database or a browser waits about as long as it works, so one more file than processors keeps them
 * all busy. vitest itself takes one less, which on two processors is one file at a time.
 */
const maxWorkers = availableParallelism() + 1;

// Four projects by what a test needs, so that each can run in the fastest way that is still honest.
export default defineConfig({
  test: {
    maxWorkers,
    reporters: ['default', new CountReporter()],
    projects: [
      {
        // Pure code: threads without isolation, because a pure test can leave nothing behind.
        test: {
          name: 'unit',
          include: pure,
          exclude: [...never, ...database, ...journeys, ...pages],
          pool: 'threads',
          isolate: false,
          // Against hanging only: properties take seconds on a machine that is busy with the rest.
          testTimeout: 30_000,
        },
      },
      {
        // One PostgreSQL for all, one cloned database for each test file, files in parallel.
        test: {
          name: 'db',
          include: database,
          exclude: [...never, ...journeys, ...pages],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup: ['./server/test/support/global-setup.ts'],
        },
      },
      {
        // Stories on the real process tree: each starts servers of its own.
        test: {
          name: 'journeys',
          include: journeys,
          exclude: never,
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The console in a real browser, before servers of its own; beside the journeys.
        test: {
          name: 'pages',
          include: pages,
          exclude: never,
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
