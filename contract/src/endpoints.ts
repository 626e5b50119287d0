import { z } from 'zod';
import { endpointIdSchema, instantSchema, pageQuery, pageSchema, programIdSchema } from './common.ts';

export const WEBHOOK_EVENT_TYPES = [
  'commission.accrued',
  'commission.changed',
  'commission.restated',
  'customer.attributed',
  'customer.reassigned',
  'partner.moved',
  'partner.graded',
] as const;

export const createEndpointRequest = z.strictObject({
  programId: programIdSchema,
  url: z.url({ protocol: /^https?$/, error: 'an http or https address' }).max(2000),
  eventTypes: z
    .array(z.enum(WEBHOOK_EVENT_TYPES))
    .min(1)
    .default([...WEBHOOK_EVENT_TYPES]),
});
export const updateEndpointRequest = z.strictObject({ state: z.enum(['active', 'disabled']) });
export const endpointReply = z.object({
  id: endpointIdSchema,
  programId: programIdSchema,
  url: z.string(),
  eventTypes: z.array(z.string()),
  state: z.enum(['active', 'disabled']),
  disabledReason: z.string().nullable(),
  createdAt: instantSchema,
});
export const createdEndpointReply = endpointReply.extend({
  secret: z
    .string()
    .describe('For checking signatures (Standard Webhooks). It is shown this once and stored encrypted.'),
});
export const endpointPage = pageSchema(endpointReply);
export const endpointListQuery = z.strictObject({ ...pageQuery, programId: programIdSchema.optional() });
