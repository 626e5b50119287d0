// YARDSTICK, pinned: graphile-worker 0.18.0, a job per event. Never weakened.
//
// Work:     jobs are added in bulk (addJobs, 100 at a time, no HTTP in front: a gift to the yardstick) and run by one worker
//           process as effect.ts says, on the worker's own pool.
// Settings: defaults of the package but for the number of concurrent jobs, given on the command line: 1 is its default;
//           the bench also runs 10, the size of its default pool, and compares with the faster of the two.
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { runJob, SCHEMA } from './effect.ts';
import type { JobPayload } from './effect.ts';
import { jobsOf, serveYardstick } from './job-queue.ts';

const logger = new Logger(() => (level, message) => (level === 'error' ? console.error(message) : undefined));

await serveYardstick(async ({ pool, levels, concurrency, onDone }) => {
  await pool.query(SCHEMA);
  const runner = await run({
    connectionString: process.env['DATABASE_URL'] ?? '',
    noHandleSignals: true,
    logger,
    ...(concurrency === 1 ? {} : { concurrency }),
    taskList: {
      trade: async (payload, helpers) => {
        await helpers.withPgClient((client) => runJob(client, payload as JobPayload));
        onDone();
      },
    },
  });
  const producer = await makeWorkerUtils({ pgPool: pool, logger });
  return {
    add: (from, count) =>
      producer
        .addJobs(jobsOf(from, count, levels).map((payload) => ({ identifier: 'trade', payload })))
        .then(() => undefined),
    stop: () => runner.stop(),
  };
});
