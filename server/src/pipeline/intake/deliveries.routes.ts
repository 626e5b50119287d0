import { deliveryReply } from '@plumbline/contract';
import { z } from 'zod';
import type { App, Reply } from '../../platform/http/app.ts';
import { bodyOf, contentTypeOf, findSource, nowOf, readQuery, sendDelivery, store } from './edge.routes.ts';
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
        'The body is stored as it comes and read by the active mapping of the source; the answer has a disposition for each row.',
    },
    handler: async (request, reply) => {
      const source = await findSource(deps, request.params.source, 'raw');
      const body = bodyOf(request);
      const { pairs, text } = readQuery(request);
      const receivedAt = await nowOf(deps, source);
      const contentType = contentTypeOf(request);
      const mapped = source.mapping().map({ feed: 'raw', body, contentType, query: pairs, receivedAt });
      const { results, delivery } = await store(deps, source, {
        feed: 'raw',
        contentType,
        query: text,
        body,
        receivedAt,
        mapped,
      });
      return sendDelivery(request, reply as Reply, results, [{ ref: delivery, source: source.slug }], 202);
    },
  });
}
