import { sourceActivityQuery, sourceActivityReply } from '@plumbline/contract';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { programOf } from '../../platform/http/wire.ts';
import { wireActivity } from './source-activity.ts';
import { findCountedFrom, listActivity } from './source-activity.views.ts';

/** The sources as operators watch them. */
export function sourceActivityRoutes(
  app: App,
  deps: { readonly db: Db; readonly clock: { now(): Instant } },
): void {
  app.route({
    method: 'GET',
    url: '/v1/source-activity',
    schema: {
      tags: ['sources'],
      summary: 'What came from each source of late, and what of it waits for a person',
      querystring: sourceActivityQuery,
      response: { 200: sourceActivityReply },
    },
    handler: (request) =>
      deps.db.acrossLanes('views', async (tx) => {
        const since = await findCountedFrom(tx, formatInstant(deps.clock.now()));
        const filter = { programId: programOf(request.query.programId), since: formatInstant(since) };
        return {
          since: formatInstant(since),
          items: (await listActivity(tx, filter)).map((source) => wireActivity(source, since)),
        };
      }),
  });
}
