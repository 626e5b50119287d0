// YARDSTICK, pinned: pg-boss 12.30.0, a job per event. Never weakened.
//
// Work:     jobs are inserted in bulk (insert, 100 at a time, no HTTP in front: a gift to the yardstick) and run by one
//           worker process as effect.ts says.
// Settings: its defaults take one job every two seconds, which would be no yardstick at all; so it is given what its
//           documentation offers for throughput: batches of 100 jobs, fetched again at once while they come back full, and
//           the jobs of a batch run side by side on a pool of 10. The completion of a batch is one statement.
import { PgBoss } from 'pg-boss';
import { runJob, SCHEMA } from './effect.ts';
import type { JobPayload } from './effect.ts';
import { jobsOf, serveYardstick } from './job-queue.ts';

const QUEUE = 'trade';

await serveYardstick(async ({ pool, levels, concurrency, onDone }) => {
  await pool.query(SCHEMA);
  const boss = new PgBoss({ connectionString: process.env['DATABASE_URL'] ?? '' });
  boss.on('error', console.error);
  await boss.start();
  await boss.createQueue(QUEUE);
  await boss.work<JobPayload>(
    QUEUE,
    { batchSize: concurrency, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
    async (jobs) => {
      await Promise.all(jobs.map((job) => runJob(pool, job.data).then(onDone)));
    },
  );
  return {
    add: (from, count) =>
      boss
        .insert(
          QUEUE,
          jobsOf(from, count, levels).map((data) => ({ data })),
        )
        .then(() => undefined),
    stop: () => boss.stop({ graceful: false }),
  };
});
