import { conservationQuery, conservationReply } from '@plumbline/contract';
import type { App } from '../../platform/http/app.ts';
import type { ConservationCounter } from './counted.store.ts';

/** `GET /v1/conservation`: is everything that came in still somewhere, and in one place only? */
export function conservationRoutes(app: App, deps: { readonly conservation: ConservationCounter }): void {
  app.route({
    method: 'GET',
    url: '/v1/conservation',
    schema: {
      tags: ['intake'],
      summary: 'Count what came in against where it is',
      description:
        'Counts the rows of this moment where up to 250,000 events are stored. Above that a count takes seconds to minutes: the answer is the newest ' +
        'one, `asOf` says whose rows it counted, and another is taken in the background. `now=true` waits for a count of this moment.',
      querystring: conservationQuery,
      response: { 200: conservationReply },
    },
    handler: ({ query }) => (query.now === 'true' ? deps.conservation.now() : deps.conservation.newest()),
  });
}
