// The load generator: one process, one order, one result.
import { gzipSync } from 'node:zlib';
import { Pool } from 'undici';
import { bodyOf } from './bodies.ts';
import type { LoadOrder, LoadResult, SentEvent } from './facts.ts';

interface Tally {
  latencies: number[];
  statuses: Record<string, number>;
  events: number;
  sent: SentEvent[];
}

const wallNow = (): number => performance.timeOrigin + performance.now();

async function run(order: LoadOrder): Promise<LoadResult> {
  const pool = new Pool(order.url, {
    connections: order.connections,
    pipelining: 1,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  });
  try {
    switch (order.pace.kind) {
      case 'closed':
        return await runClosed(pool, order, order.pace);
      case 'count':
        return await runCount(pool, order, order.pace.events);
      case 'open':
        return await runOpen(pool, order, order.pace);
    }
  } finally {
    await pool.close();
  }
}

/** Sends one request and reads its answer to the end. */
async function send(
  pool: Pool,
  order: LoadOrder,
  first: number,
  count: number,
): Promise<{ status: number; text: string }> {
  const text = bodyOf(order.bodies, first, count, order.form);
  const body = text !== undefined && order.gzip === true ? gzipSync(text, { level: 1 }) : text;
  const answer = await pool.request({
    path: order.path,
    method: order.method,
    headers: order.headers,
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

function note(tally: Tally, status: number, latency: number, events: number): void {
  tally.latencies.push(latency);
  tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
  tally.events += events;
}

const newTally = (): Tally => ({ latencies: [], statuses: {}, events: 0, sent: [] });

async function runClosed(
  pool: Pool,
  order: LoadOrder,
  pace: { warmSeconds: number; seconds: number },
): Promise<LoadResult> {
  let next = order.from;
  let tally = newTally();
  const begun = performance.now();
  const countFrom = begun + pace.warmSeconds * 1000;
  const end = countFrom + pace.seconds * 1000;
  let cpu = process.cpuUsage();
  setTimeout(() => {
    tally = newTally();
    cpu = process.cpuUsage();
  }, pace.warmSeconds * 1000);
  const loop = async (): Promise<void> => {
    while (performance.now() < end) {
      const first = next;
      next += order.batch;
      const started = performance.now();
      const { status } = await send(pool, order, first, order.batch);
      const done = performance.now();
      if (done <= end) note(tally, status, done - started, order.batch);
    }
  };
  await Promise.all(Array.from({ length: order.connections }, loop));
  return resultOf(tally, pace.seconds, cpu);
}

async function runCount(pool: Pool, order: LoadOrder, events: number): Promise<LoadResult> {
  let next = order.from;
  const stop = order.from + events;
  const tally = newTally();
  const cpu = process.cpuUsage();
  const begun = performance.now();
  const loop = async (): Promise<void> => {
    while (next < stop) {
      const first = next;
      const count = Math.min(order.batch, stop - first);
      next += count;
      const started = performance.now();
      const { status, text } = await send(pool, order, first, count);
      if (status >= 300) throw new Error(`${order.path} answered ${status}: ${text.slice(0, 500)}`);
      note(tally, status, performance.now() - started, count);
    }
  };
  await Promise.all(Array.from({ length: order.connections }, loop));
  return resultOf(tally, (performance.now() - begun) / 1000, cpu);
}

/** Sends when an event is due, never later because an earlier one is slow: a stall shows in every event that was due in it. */
async function runOpen(
  pool: Pool,
  order: LoadOrder,
  pace: { rate: number; warmSeconds: number; seconds: number },
): Promise<LoadResult> {
  const tally = newTally();
  const total = Math.round(pace.rate * (pace.warmSeconds + pace.seconds));
  const warm = Math.round(pace.rate * pace.warmSeconds);
  const begun = wallNow() + 50;
  const cpu = process.cpuUsage();
  const running = new Set<Promise<void>>();
  const one = async (i: number, dueAt: number): Promise<void> => {
    const { status, text } = await send(pool, order, order.from + i, 1);
    if (i < warm) return;
    note(tally, status, wallNow() - dueAt, 1);
    const { eventId } = JSON.parse(text) as { eventId?: string };
    if (eventId !== undefined) tally.sent.push({ eventId, dueAt });
  };
  for (let i = 0; i < total;) {
    const now = wallNow();
    for (; i < total && begun + (i * 1000) / pace.rate <= now; i += 1) {
      const sending = one(i, begun + (i * 1000) / pace.rate);
      running.add(sending);
      void sending.finally(() => running.delete(sending)).catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(running);
  return resultOf(tally, pace.seconds, cpu);
}

function resultOf(tally: Tally, seconds: number, cpu: NodeJS.CpuUsage): LoadResult {
  const sorted = tally.latencies.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const used = process.cpuUsage(cpu);
  return {
    events: tally.events,
    seconds,
    perSecond: tally.events / seconds,
    p50: at(0.5),
    p99: at(0.99),
    max: sorted.at(-1) ?? Number.NaN,
    statuses: tally.statuses,
    sent: tally.sent,
    cpuSeconds: (used.user + used.system) / 1e6,
  };
}

process.once('message', (order: LoadOrder) => {
  run(order).then(
    (result) => process.send?.({ result }, () => process.disconnect()),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, () =>
        process.disconnect(),
      ),
  );
});
