import { defineConfig } from 'vitest/config';
import { CountReporter } from './server/test/support/count-reporter.ts';

const everything = ['server', 'contract', 'oracle', 'bench', 'sdk', 'simulators', 'web/src'];
const pure = everything.map((folder) => `${folder}/**/*.test.ts`);
const database = everything.map((folder) => `${folder}/**/*.db.test.ts`);
const journeys = ['server/test/journeys/**/*.test.ts'];
const pages = ['web/test/**/*.test.ts'];
const never = ['**/node_modules/**', '**/.plumbline*/**'];

// Three projects by what a test needs, so that each can run in the fastest way that is still honest.
export default defineConfig({
  test: {
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
        // Stories on the real process tree: each starts servers of its own, so one after the other.
        test: {
          name: 'journeys',
          include: journeys,
          exclude: never,
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The console in a real browser, before servers of its own: much of it is waiting, so two at a time.
        test: {
          name: 'pages',
          include: pages,
          exclude: never,
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
