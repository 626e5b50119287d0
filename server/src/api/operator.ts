import type { Scope } from '@plumbline/contract';

/**
 * What an operator's API key can reach, and the scope that each route asks for. The one list: a route that is
 * neither here nor in public.ts keeps the server from starting, so no route is open by oversight.
 */
export const OPERATOR_ROUTES: Readonly<Record<string, Scope>> = {
  'GET /v1/api-keys': 'access:manage',
  'POST /v1/api-keys': 'access:manage',
  'DELETE /v1/api-keys/:id': 'access:manage',
  'GET /v1/users': 'access:manage',
  'POST /v1/users': 'access:manage',
  'PATCH /v1/users/:id': 'access:manage',

  'GET /v1/programs': 'registry:read',
  'GET /v1/programs/:id': 'registry:read',
  'POST /v1/programs': 'registry:write',
  'PATCH /v1/programs/:id': 'registry:write',
  'POST /v1/programs/:id/clock': 'clock:write',

  'GET /v1/partners': 'registry:read',
  'GET /v1/partners/:id': 'registry:read',
  'GET /v1/partners/:id/tree': 'registry:read',
  'POST /v1/partners': 'registry:write',
  'PATCH /v1/partners/:id': 'registry:write',
  'POST /v1/partners/:id/parent': 'registry:write',
  'GET /v1/partners/:id/balance': 'ledger:read',

  'GET /v1/deals': 'registry:read',
  'GET /v1/deals/:id': 'registry:read',
  'GET /v1/deals/:id/description': 'registry:read',
  'POST /v1/deals': 'registry:write',

  'GET /v1/sources': 'registry:read',
  'GET /v1/sources/:source': 'registry:read',
  'GET /v1/sources/:source/mapping': 'registry:read',
  'POST /v1/sources': 'registry:write',
  'PATCH /v1/sources/:source': 'registry:write',
  'POST /v1/sources/:source/token': 'registry:write',
  'PUT /v1/sources/:source/mapping': 'registry:write',
  'POST /v1/sources/:source/deliveries': 'events:write',

  'GET /v1/links': 'registry:read',
  'GET /v1/links/:id': 'registry:read',
  'POST /v1/links': 'registry:write',
  'PATCH /v1/links/:id': 'registry:write',

  'GET /v1/endpoints': 'registry:read',
  'GET /v1/endpoints/:id': 'registry:read',
  'POST /v1/endpoints': 'registry:write',
  'PATCH /v1/endpoints/:id': 'registry:write',

  'GET /v1/customers': 'customers:read',
  'GET /v1/customers/:id': 'customers:read',
  'GET /v1/customers/:id/journey': 'customers:read',
  'POST /v1/customers/:id/attributions': 'customers:write',
  'POST /v1/customers/:id/kyc': 'customers:write',
  'GET /v1/identifiers': 'customers:read',
  'POST /v1/identifiers': 'customers:write',
  'POST /v1/facts/:id/retraction': 'customers:write',
  'DELETE /v1/facts/:id': 'customers:write',

  'POST /v1/events': 'events:write',
  'POST /v1/events/batch': 'events:write',
  'GET /v1/events': 'evidence:read',
  'GET /v1/events/:id': 'evidence:read',
  'GET /v1/events/:id/explain': 'evidence:read',
  'GET /v1/deliveries': 'evidence:read',
  'GET /v1/deliveries/:id': 'evidence:read',
  'GET /v1/quarantine': 'evidence:read',
  'GET /v1/parked': 'evidence:read',

  'GET /v1/commissions': 'commissions:read',
  'GET /v1/commissions/:id': 'commissions:read',
  'GET /v1/commissions/:id/explain': 'commissions:read',
  'GET /v1/balances': 'ledger:read',
  'GET /v1/ledger/check': 'ledger:read',
  'GET /v1/conservation': 'evidence:read',
  'GET /v1/search': 'registry:read',
  'GET /v1/road': 'evidence:read',
  'GET /v1/live': 'evidence:read',
  'GET /v1/webhook-deliveries': 'operations:run',
  'GET /v1/webhook-deliveries/:id': 'operations:run',
  'POST /v1/webhook-deliveries/:id/replay': 'operations:run',
  'POST /v1/quiesce': 'operations:run',
};
