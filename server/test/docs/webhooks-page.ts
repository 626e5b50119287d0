import { WEBHOOK_CATALOGUE } from '@plumbline/contract';
import { z } from 'zod';

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** The page docs/webhooks.md, made from the catalogue that the API serves. */
export function renderWebhooksPage(): string {
  return [
    '# Webhooks',
    '',
    '<!-- Made from contract/src/webhook-catalogue.ts by server/test/docs/webhooks-page.ts. Do not edit: change the catalogue, then run',
    '     UPDATE_DOCS=1 npx vitest run server/test/docs -->',
    '',
    'An endpoint is told what happens in one program, signed after Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`).',
    '',
    '    POST /v1/endpoints   {"programId": "prg_...", "url": "https://crm.example/hook", "eventTypes": ["customer.attributed"]}',
    '',
    'Without `eventTypes` it is told everything that exists when it is made. Each webhook is sent until it is answered with 2xx, for more than three',
    'days; the same `webhook-id` may come twice. Webhooks may overtake each other: those of a customer carry a `sequence`, and `bonds` say all that',
    'stands, so that the highest one is enough. `GET /v1/webhook-deliveries` is the log; `POST /v1/webhook-deliveries/{id}/replay` sends one again.',
    '`GET /v1/webhook-types` serves this page as data, `/v1/schemas/{type}` the JSON Schema of each.',
    '',
    ...WEBHOOK_CATALOGUE.flatMap(({ type, when, schema, sample }) => [
      `## ${type}`,
      '',
      when,
      '',
      ...listFields(z.toJSONSchema(schema) as Schema),
      '',
      '```json',
      JSON.stringify(sample, null, 2),
      '```',
      '',
    ]),
  ].join('\n');
}

/** The described fields of `data`; what speaks for itself in the sample is not repeated. */
function listFields(schema: Schema): string[] {
  const data = schema.properties?.['data']?.properties ?? {};
  return Object.entries(data).flatMap(([name, field]) =>
    field.description === undefined || name.endsWith('Ref') ? [] : [`- \`${name}\`: ${field.description}`],
  );
}
