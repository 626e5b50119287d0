import { z } from 'zod';
import {
  customerIdSchema,
  deliveryIdSchema,
  eventIdSchema,
  instantSchema,
  pageQuery,
  pageSchema,
  programIdSchema,
  sourceIdSchema,
} from './common.ts';

export const eventState = z.enum(['moving', 'parked', 'waiting', 'failed', 'decided']);

export const storedEventReply = z.object({
  id: eventIdSchema,
  programId: programIdSchema,
  source: z.string().describe('Slug of the source.'),
  recordType: z.string(),
  externalId: z.string(),
  part: z.string(),
  kind: z.string(),
  occurredAt: instantSchema,
  receivedAt: instantSchema.describe('Of the first delivery.'),
  revision: z.number().int(),
  mappingVersion: z.number().int(),
  customerId: customerIdSchema.nullable(),
  deliveryId: deliveryIdSchema.describe('The delivery of the revision in force.'),
  state: eventState,
  reason: z.string().nullable().describe('Why it waits, or paid nothing.'),
  viaPixel: z.boolean().describe('A page told it: the weaker evidence, because a page can be forged.'),
  content: z.record(z.string(), z.unknown()).describe('The canonical event.'),
});
export const storedEventPage = pageSchema(storedEventReply);
export const storedEventListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  source: z.string().min(1).max(64).optional().describe('Slug of the source.'),
  kind: z.string().min(1).max(60).optional(),
  state: eventState.optional(),
  reason: z.string().min(1).max(60).optional().describe('Why it waits, or paid nothing.'),
  customerId: customerIdSchema.optional(),
  externalId: z.string().min(1).max(300).optional(),
  q: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .optional()
    .describe('The whole external id, the whole value of an identifier, or the id of an event.'),
});

export const eventRevisionReply = z.object({
  revision: z.number().int(),
  effective: z.boolean().describe('false: it came late and never became effective.'),
  content: z.record(z.string(), z.unknown()),
  mappingVersion: z.number().int(),
  deliveryId: deliveryIdSchema,
  recordedAt: instantSchema,
});
export const storedEventDetailReply = storedEventReply.extend({
  sentence: z.string().nullable().describe('What the reason means.'),
  identifier: z
    .object({ namespace: z.string(), value: z.string() })
    .nullable()
    .describe('The identifier that resolves the event.'),
  revisions: z.array(eventRevisionReply).describe('The revisions that are not in force, oldest first.'),
});

export const deliveryItem = z.object({
  disposition: z.string(),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  path: z.string().nullable(),
  eventId: eventIdSchema.nullable(),
  warnings: z
    .array(z.object({ code: z.string(), sentence: z.string() }))
    .describe('With what doubt it was taken, such as unsigned: the feed that told it proves nothing.'),
});
export const storedDeliveryReply = z.object({
  id: deliveryIdSchema,
  sourceId: sourceIdSchema,
  feed: z.string(),
  receivedAt: instantSchema,
  contentType: z.string(),
  bytes: z.number().int(),
  originId: deliveryIdSchema
    .optional()
    .describe('The stored delivery that this one reads again; its bytes are there.'),
  mappingVersion: z.number().int(),
  items: z.array(deliveryItem),
});
export const droppedField = z.object({
  path: z
    .string()
    .describe('Where it stood: a JSON path with [*] for elements of lists, query.<name>, column <name>.'),
  why: z.string().describe('Such as secret, card_number, document_number, not_read.'),
  sentence: z.string(),
  count: z.number().int().describe('How many values of this path.'),
});
export const storedDeliveryDetailReply = storedDeliveryReply.extend({
  dropped: z
    .array(droppedField)
    .describe('What was taken out at the door, before anything was mapped or stored. The values are gone.'),
  query: z.string(),
  body: z.string().nullable().describe('The bytes as UTF-8 text; null when they are no text.'),
  bodyBase64: z.string().describe('The bytes as they are stored: verbatim, less what was dropped.'),
});
export const storedDeliveryPage = pageSchema(storedDeliveryReply);
const dayBounds = {
  from: instantSchema.optional().describe('Received at this instant or later.'),
  to: instantSchema.optional().describe('Received before this instant.'),
};
export const storedDeliveryListQuery = z.strictObject({
  ...pageQuery,
  ...dayBounds,
  programId: programIdSchema.optional(),
  source: z.string().min(1).max(64).optional().describe('Slug of the source.'),
  disposition: z
    .string()
    .min(1)
    .max(30)
    .optional()
    .describe(
      'Deliveries with at least one such item. A page may be shorter than its limit while nextCursor is not null.',
    ),
  reason: z.string().min(1).max(60).optional().describe('Deliveries with at least one item of this reason.'),
  q: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .optional()
    .describe('The whole external id of an event, or the id of an event or delivery.'),
});

export const parkedReply = z.object({
  programId: programIdSchema,
  namespace: z.string(),
  value: z.string(),
  events: z.number().int(),
  reason: z.string().describe('The most frequent one.'),
  sentence: z.string(),
  oldestAt: instantSchema.describe('When the first of them was parked.'),
  newestAt: instantSchema,
});
export const parkedPage = pageSchema(parkedReply);
export const parkedListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  reason: z.string().min(1).max(60).optional(),
  q: z.string().trim().min(1).max(300).optional().describe('The whole value of the identifier.'),
});
