import { AggregatorRegistry, register } from 'prom-client';
import { z } from 'zod';
import type { Context } from '../platform/context.ts';
import type { App } from '../platform/http/app.ts';
import { HttpProblem } from '../platform/http/problem.ts';
import type { Siblings } from '../platform/supervision/index.ts';
import { pendingMigrations } from '../platform/migrations.ts';
import { ping } from './readiness.views.ts';

const alive = z.object({ status: z.literal('ok') });

/** Liveness, readiness and metrics, for whoever watches the process. */
export function healthRoutes(app: App, context: Context, siblings: Siblings): void {
  siblings.answer(METRICS, () => register.getMetricsAsJSON());
  const check = createReadiness(context);
  app.route({
    method: 'GET',
    url: '/healthz',
    schema: { tags: ['health'], summary: 'Does the process answer?', response: { 200: alive } },
    handler: async () => ({ status: 'ok' as const }),
  });
  app.route({
    method: 'GET',
    url: '/readyz',
    schema: { tags: ['health'], summary: 'Can the process do its work?', response: { 200: alive } },
    handler: async () => {
      const reason = await check();
      if (reason !== undefined)
        throw new HttpProblem({
          status: 503,
          code: reason.code,
          detail: reason.detail,
          headers: { 'retry-after': '1' },
        });
      return { status: 'ok' as const };
    },
  });
  app.route({
    method: 'GET',
    url: '/metrics',
    schema: { hide: true },
    handler: async (_request, reply) => reply.type(register.contentType).send(await metricsOfAll(siblings)),
  });
}

const METRICS = 'metrics';

/** The processes behind one port are one thing to whoever watches: counts are added up. */
async function metricsOfAll(siblings: Siblings): Promise<string> {
  const others = (await siblings.ask(METRICS)) as Awaited<ReturnType<typeof register.getMetricsAsJSON>>[];
  if (others.length === 0) return register.metrics();
  return AggregatorRegistry.aggregate([await register.getMetricsAsJSON(), ...others]).metrics();
}

/** The schema is looked at until it was right once: migrations only go forward. */
function createReadiness(context: Context): () => Promise<{ code: string; detail: string } | undefined> {
  let migrated = false;
  return async () => {
    try {
      if (!migrated) {
        const pending = await pendingMigrations(context.databaseUrl);
        if (pending.length > 0)
          return {
            code: 'migrations_pending',
            detail: `The database lacks ${pending.length} migrations, first ${pending[0]}. Run: plumbline migrate`,
          };
        migrated = true;
      }
      await context.db.reference(ping);
      return undefined;
    } catch (error) {
      context.log.warn({ error }, 'not ready');
      return { code: 'database_unavailable', detail: 'The database cannot be used at the moment.' };
    }
  };
}
