import { deliveryReply } from '@plumbline/contract';
import { z } from 'zod';
import type { App, Reply } from '../../platform/http/app.ts';
import {
  contentTypeOf,
  findSource,
  nowOf,
  readBody,
  readQuery,
  readReduced,
  sendDelivery,
  store,
} from './edge.routes.ts';
import type { IntakeDeps } from './edge.routes.ts';

/** Any body through the mapping of a source. */
export function deliveryRoutes(app: App, deps: IntakeDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sources/:source/deliveries',
    schema: {
      tags: ['intake'],
      summary: 'Deliver any body through the mapping of a source',
      params: z.object({ source: z.string() }),
      response: { 202: deliveryReply },
      description:
        'The body is stored as it comes, less what may never be stored, and read by the active mapping of the source; the answer has a disposition for each row.',
    },
    handler: async (request, reply) => {
      const source = await findSource(deps, request.params.source, 'raw');
      const mapping = source.mapping();
      const { body, contentType, query, pairs, dropped } = readReduced(
        {
          body: await readBody(request, 'raw'),
          query: readQuery(request).text,
          contentType: contentTypeOf(request),
        },
        mapping,
      );
      const receivedAt = await nowOf(deps, source);
      const mapped = mapping.map({ feed: 'raw', body, contentType, query: pairs, receivedAt });
      const { results, delivery } = await store(deps, source, {
        feed: 'raw',
        contentType,
        query,
        body,
        receivedAt,
        mapped,
        dropped,
      });
      return sendDelivery(request, reply as Reply, results, [{ ref: delivery, source: source.slug }], 202);
    },
  });
}
