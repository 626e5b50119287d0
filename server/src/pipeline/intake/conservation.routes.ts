import { conservationReply } from '@plumbline/contract';
import type { ConservationReply } from '@plumbline/contract';
import type { App } from '../../platform/http/app.ts';
import type { Db } from '../../platform/db.ts';
import { addCounts, decideConservation } from './conservation.ts';
import { countConservation, listSourceSlugs } from './conservation.views.ts';

/** `GET /v1/conservation`: is everything that came in still somewhere, and in one place only? */
export function conservationRoutes(app: App, deps: { readonly db: Db }): void {
  app.route({
    method: 'GET',
    url: '/v1/conservation',
    schema: {
      tags: ['intake'],
      summary: 'Count what came in against where it is',
      response: { 200: conservationReply },
    },
    handler: () => readConservation(deps.db),
  });
}

/** Counts both equations for every source and in total, as of one snapshot. */
export async function readConservation(db: Db): Promise<ConservationReply> {
  const { slugs, counts } = await db.acrossLanes('conservation', async (tx) => ({
    slugs: await listSourceSlugs(tx),
    counts: await countConservation(tx),
  }));
  const sources = counts
    .map(({ sourceId, ...own }) => ({ source: slugs.get(sourceId) ?? sourceId, ...decideConservation(own) }))
    .toSorted((a, b) => (a.source < b.source ? -1 : 1));
  const total = decideConservation(addCounts(counts));
  return {
    holds:
      sources.every((source) => source.itemsHold && source.eventsHold) && total.itemsHold && total.eventsHold,
    total,
    sources,
  };
}
