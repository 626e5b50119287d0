import type { ServerResponse } from 'node:http';
import { roadFigures, roadQuery } from '@plumbline/contract';
import type { RoadFigures } from '@plumbline/contract';
import type { ConservationCounter } from '../../pipeline/intake/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { App, Request } from '../../platform/http/app.ts';
import { HttpProblem } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import type { Log } from '../../platform/log.ts';
import { createExactCounter } from './exact-counts.views.ts';
import type { ExactCounter } from './exact-counts.views.ts';
import { buildRoad } from './figures.ts';
import { readMoving } from './road.views.ts';

export interface RoadDeps {
  readonly db: Db;
  readonly conservation: ConservationCounter;
  readonly clock: Clock;
  readonly context: { readonly log: Log };
  /** Whether whoever made this request may still look: sessions end while streams are open. */
  readonly mayStillLook: (request: Request) => Promise<boolean>;
}

const TICK_MS = 1_000;
/** Ticks between two signs of life when nothing changed: fewer than the patience of proxies and of the page. */
const BEAT_TICKS = 5;
const CHECK_TICKS = 15;
const MOST_LISTENERS = 200;

/** The live road: a snapshot for whoever asks, and a stream of snapshots for whoever watches. */
export function roadRoutes(app: App, deps: RoadDeps): void {
  const { db, clock, context } = deps;
  const counter = createExactCounter({
    db,
    conservation: deps.conservation,
    clock,
    onFault: (error) => context.log.warn({ err: error }, 'the exact figures could not be counted'),
  });
  const look = (programId: string | undefined): Promise<RoadFigures> => readRoad(deps, counter, programId);
  const stream = createStream(deps, look);
  app.route({
    method: 'GET',
    url: '/v1/road',
    schema: {
      tags: ['operations'],
      summary: 'The road now: stages, exits, latency, conservation, money',
      querystring: roadQuery,
      response: { 200: roadFigures },
    },
    handler: (request) => look(programOf(request.query.programId)),
  });
  app.route({
    method: 'GET',
    url: '/v1/live',
    schema: {
      tags: ['operations'],
      summary: 'The road as server-sent events',
      description:
        'Event `road`: the whole answer of /v1/road, at most once a second and only when it changed. Event `beat` at least every five seconds: ' +
        '{"asOf"}, a sign of life. Every message stands alone, so a reconnect misses nothing.',
      querystring: roadQuery,
    },
    handler: async (request, reply) => {
      stream.refuseWhenFull();
      const first = await look(programOf(request.query.programId));
      reply.hijack();
      stream.add({ request, response: reply.raw, programId: programOf(request.query.programId) }, first, {
        'x-request-id': request.id,
      });
    },
  });
  // Before the server waits for its connections: a stream never ends by itself.
  app.addHook('preClose', async () => stream.close());
  app.addHook('onClose', () => counter.close());
}

function programOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : uuidOf('prg', text, 'query.programId');
}

async function readRoad(
  { db, clock }: RoadDeps,
  counter: ExactCounter,
  programId: string | undefined,
): Promise<RoadFigures> {
  const exact = await counter.latest();
  const moving = await db.acrossLanes('views', (tx) => readMoving(tx, programId, clock.now()));
  return buildRoad(exact, moving, programId);
}

interface Listener {
  readonly request: Request;
  readonly response: ServerResponse;
  readonly programId: string | undefined;
}

interface Stream {
  /** Throws 503 `too_many_listeners`. */
  refuseWhenFull(): void;
  add(listener: Listener, first: RoadFigures, headers: Readonly<Record<string, string>>): void;
  close(): void;
}

/**
 * One clock for all listeners: a program is looked at once a second however many watch it, and not at all when nobody
 * does. Who cannot keep up misses snapshots; nothing is queued for anybody.
 */
function createStream(deps: RoadDeps, look: (programId: string | undefined) => Promise<RoadFigures>): Stream {
  const listeners = new Set<Listener>();
  const lastSent = new Map<string | undefined, string>();
  let timer: NodeJS.Timeout | undefined;
  let ticks = 0;
  let messages = 0;
  let busy = false;

  const drop = (listener: Listener): void => {
    listeners.delete(listener);
    if (!listener.response.writableEnded) listener.response.end();
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    lastSent.clear();
  };
  const send = ({ response }: Listener, event: string, data: string): void => {
    if (response.writableNeedDrain || response.writableEnded) return;
    messages += 1;
    response.write(`id: ${messages}\nevent: ${event}\ndata: ${data}\n\n`);
  };
  const tick = async (): Promise<void> => {
    ticks += 1;
    if (ticks % CHECK_TICKS === 0) await dropEnded();
    for (const programId of new Set([...listeners].map((listener) => listener.programId))) {
      const figures = await look(programId);
      const watching = [...listeners].filter((listener) => listener.programId === programId);
      const text = contentOf(figures);
      if (lastSent.get(programId) !== text) {
        lastSent.set(programId, text);
        for (const listener of watching) send(listener, 'road', JSON.stringify(figures));
      } else if (ticks % BEAT_TICKS === 0) {
        for (const listener of watching) send(listener, 'beat', JSON.stringify({ asOf: figures.asOf }));
      }
    }
  };
  const dropEnded = async (): Promise<void> => {
    for (const listener of listeners) {
      if (!(await deps.mayStillLook(listener.request))) drop(listener);
    }
  };
  const runTick = (): void => {
    if (busy) return;
    busy = true;
    tick()
      .catch((error: unknown) =>
        deps.context.log.warn(
          { err: error },
          'the live figures could not be read; the next second tries again',
        ),
      )
      .finally(() => (busy = false));
  };

  return {
    refuseWhenFull() {
      if (listeners.size < MOST_LISTENERS) return;
      throw new HttpProblem({
        status: 503,
        code: 'too_many_listeners',
        detail: `This server already sends live figures to ${MOST_LISTENERS} pages. Close some, or ask /v1/road now and then.`,
        headers: { 'retry-after': '30' },
      });
    },
    add(listener, first, headers) {
      const { response } = listener;
      response.writeHead(200, { ...headers, ...STREAM_HEADERS });
      response.on('error', () => undefined);
      response.on('close', () => drop(listener));
      listeners.add(listener);
      response.write('retry: 1000\n\n');
      send(listener, 'road', JSON.stringify(first));
      timer ??= setInterval(runTick, TICK_MS);
      timer.unref();
    },
    close() {
      for (const listener of listeners) drop(listener);
    },
  };
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};

/** What makes one snapshot differ from another: everything but when it was read. */
function contentOf(figures: RoadFigures): string {
  return JSON.stringify({ ...figures, asOf: '' });
}
