import { searchQuery, searchReply } from '@plumbline/contract';
import type { Scope, SearchReply } from '@plumbline/contract';
import type { Db } from '../../platform/db.ts';
import { actorOf } from '../../platform/http/app.ts';
import type { App } from '../../platform/http/app.ts';
import { search } from './search.views.ts';
import type { Found } from './search.views.ts';

/** What must be readable to be told that it exists. */
const SCOPE_OF_KIND: Readonly<Record<Found['kind'], Scope>> = {
  partner: 'registry:read',
  program: 'registry:read',
  source: 'registry:read',
  customer: 'customers:read',
  event: 'evidence:read',
  delivery: 'evidence:read',
  parked: 'evidence:read',
  commission: 'commissions:read',
};

/** `GET /v1/search`: one box for everything that has a name, for the command palette. */
export function searchRoutes(app: App, deps: { readonly db: Db }): void {
  app.route({
    method: 'GET',
    url: '/v1/search',
    schema: {
      tags: ['operations'],
      summary: 'Find anything by id, external id, identifier or name',
      querystring: searchQuery,
      response: { 200: searchReply },
    },
    handler: async (request): Promise<SearchReply> => {
      const { scopes } = actorOf(request);
      const found = await deps.db.acrossLanes('views', (tx) => search(tx, request.query.q));
      return { items: found.filter(({ kind }) => scopes.has('*') || scopes.has(SCOPE_OF_KIND[kind])) };
    },
  });
}
