import { missRateQuery, missRateReply, sourceParams } from '@plumbline/contract';
import { parseWireId } from '../../kernel/ids.ts';
import { formatInstant, MICROS_PER_DAY } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { notFound } from '../../platform/http/problem.ts';
import { sayMisses, sumMisses } from './miss-rate.ts';
import { findMissSince, findMissSource, listMissDays } from './miss-rate.views.ts';

/** How often a source names customers whom nobody knows yet, by day. */
export function missRateRoutes(
  app: App,
  deps: { readonly db: Db; readonly clock: { now(): Instant } },
): void {
  app.route({
    method: 'GET',
    url: '/v1/sources/:source/miss-rate',
    schema: {
      tags: ['sources'],
      summary: 'How many items of a source found no customer at once, by day, and what became of them',
      params: sourceParams,
      querystring: missRateQuery,
      response: { 200: missRateReply },
    },
    handler: (request) =>
      deps.db.acrossLanes('views', async (tx) => {
        const { source: name } = request.params;
        const id = parseWireId('src', name);
        const source = await findMissSource(tx, id.ok ? { id: id.value } : { slug: name });
        if (source === undefined) throw notFound('source', name);
        const wanted = (deps.clock.now() - request.query.days * MICROS_PER_DAY) as Instant;
        const since = await findMissSince(tx, formatInstant(wanted));
        const days = await listMissDays(tx, { source, since: formatInstant(since) });
        return {
          source: source.slug,
          since: formatInstant(since),
          zone: source.zone,
          total: sayMisses(sumMisses(days)),
          days: days.map(({ day, ...counts }) => ({ day, ...sayMisses(counts) })),
        };
      }),
  });
}
