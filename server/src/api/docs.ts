import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { CSRF_HEADER, SESSION_COOKIE, problemSchema } from '@plumbline/contract';
import type { App } from '../platform/http/app.ts';
import { scopeOfRoute } from './access-hook.ts';

/** OpenAPI 3.1 from the schemas that the server enforces. Call it before the routes are added. */
export async function describeApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Plumbline',
        version: '1',
        description:
          'Commissions that reflect what really happened. Ids carry a prefix that says what they name; amounts are decimal strings; ' +
          'times have a zone. Errors are application/problem+json with a stable code. Lists are paged by cursor. ' +
          'A POST with the header Idempotency-Key can be sent again without a second effect.',
      },
      tags: TAGS,
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: SESSION_COOKIE,
            description: `The session of a person; requests that change something also need the header ${CSRF_HEADER}: 1.`,
          },
        },
      },
    },
    transform: (input) => {
      const transformed = jsonSchemaTransform(input);
      const schema = transformed.schema as Record<string, unknown>;
      const method = Array.isArray(input.route.method) ? input.route.method[0] : input.route.method;
      const scope = scopeOfRoute(method ?? 'GET', input.route.url);
      schema['security'] = scope === null ? [] : [{ apiKey: [] }, { session: [] }];
      if (scope !== null)
        schema['description'] = [schema['description'], `Scope: \`${scope}\`.`]
          .filter((part) => part !== undefined)
          .join(' ');
      schema['response'] = { ...(schema['response'] as object | undefined), default: PROBLEM };
      return transformed;
    },
  });
}

const PROBLEM = {
  description: 'A problem (RFC 9457).',
  content: {
    'application/problem+json': {
      schema: { ...(problemSchema.toJSONSchema() as Record<string, unknown>), $schema: undefined },
    },
  },
};

const TAGS = [
  { name: 'programs', description: 'Programs and their clock.' },
  { name: 'partners', description: 'Partners and their tree.' },
  { name: 'deals', description: 'Terms, versioned and effective-dated.' },
  { name: 'rebates', description: 'What partners give of their commission to customers.' },
  { name: 'links', description: 'Tracking links.' },
  { name: 'promotion', description: 'Campaigns, creatives, promo codes, strikes.' },
  { name: 'sources', description: 'Outside systems and their mappings.' },
  { name: 'intake', description: 'The doors through which evidence comes in.' },
  { name: 'customers', description: 'Customers, identifiers, and facts about them.' },
  { name: 'evidence', description: 'Deliveries, events, quarantine.' },
  { name: 'commissions', description: 'What partners earn, and why.' },
  { name: 'ledger', description: 'The books and their checks.' },
  { name: 'endpoints', description: 'Destinations of signed webhooks.' },
  { name: 'operations', description: 'Running the house.' },
  { name: 'access', description: 'API keys.' },
  { name: 'schemas', description: 'JSON Schemas of documents.' },
  { name: 'health', description: 'Liveness and readiness.' },
];

/** The reference page and the description, both from this server: nothing is loaded from outside. */
export async function serveDocs(app: App): Promise<void> {
  app.route({
    method: 'GET',
    url: '/openapi.json',
    schema: { hide: true },
    handler: async (_request, reply) => reply.type('application/json').send(JSON.stringify(app.swagger())),
  });
  await app.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      title: 'Plumbline API',
      withDefaultFonts: false,
      telemetry: false,
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
}
