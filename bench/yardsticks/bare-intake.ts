// YARDSTICK, pinned: bare intake. Never weakened; a change of it is a change of every ratio in RESULTS.md.
//
// Schema:       one table, bare_event (id uuid primary key, body bytea).
// Work:         Fastify takes the body as bytes (no parsing, no validation, no authentication), gives it a random UUID and
//               waits for a group commit: one `insert ... select from unnest` of at most 1,000 rows per transaction, at most
//               two transactions under way. It answers 202 after the commit.
// In batches:   the body is a JSON list; Fastify's own parser reads it and each element becomes one row.
// Rows per event: 1.
// Settings:     those of the server under test, fsync on. Node process of its own, one connection per transaction under way.
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';

const MOST_ROWS = 1_000;
const TRANSACTIONS = 2;

interface Waiting {
  readonly bodies: readonly Buffer[];
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

async function main(): Promise<void> {
  const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: TRANSACTIONS });
  await pool.query('create table if not exists bare_event (id uuid primary key, body bytea not null)');
  const app = fastify({ logger: false });
  const store = groupCommit(pool);
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post('/one', async (request, reply) => {
      await store([request.body as Buffer]);
      return reply.code(202).send({ ok: true });
    });
  });
  app.post('/many', { bodyLimit: 10 << 20 }, async (request, reply) => {
    const events = request.body as unknown[];
    await store(events.map((event) => Buffer.from(JSON.stringify(event))));
    return reply.code(202).send({ ok: true, count: events.length });
  });
  process.send?.({ address: await app.listen({ port: 0, host: '127.0.0.1' }) });
  process.once(
    'SIGTERM',
    () =>
      void app
        .close()
        .then(() => pool.end())
        .then(() => process.exit(0)),
  );
}

function groupCommit(pool: pg.Pool): (bodies: readonly Buffer[]) => Promise<void> {
  const queue: Waiting[] = [];
  let underWay = 0;
  const pump = (): void => {
    while (underWay < TRANSACTIONS && queue.length > 0) {
      let rows = 0;
      let count = 0;
      for (const next of queue) {
        if (count > 0 && rows + next.bodies.length > MOST_ROWS) break;
        rows += next.bodies.length;
        count += 1;
      }
      underWay += 1;
      void commit(queue.splice(0, count));
    }
  };
  const commit = async (batch: readonly Waiting[]): Promise<void> => {
    const bodies = batch.flatMap((one) => one.bodies);
    try {
      await pool.query('insert into bare_event (id, body) select * from unnest($1::uuid[], $2::bytea[])', [
        bodies.map(() => randomUUID()),
        bodies,
      ]);
      for (const one of batch) one.done();
    } catch (error) {
      for (const one of batch) one.fail(error);
    }
    underWay -= 1;
    pump();
  };
  return (bodies) =>
    new Promise((done, fail) => {
      queue.push({ bodies, done, fail });
      pump();
    });
}

await main();
