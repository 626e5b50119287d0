import { z } from 'zod';
import {
  deliveryIdSchema,
  documentSchema,
  instantSchema,
  pageQuery,
  pageSchema,
  programIdSchema,
  sourceIdSchema,
} from './common.ts';
import { remedyReply } from './drift.ts';
import { sourceSettings } from './sources.ts';

export const quarantineIdSchema = z
  .string()
  .regex(/^qtn_[0-9a-z]{29}$/, 'the id of a quarantined item: qtn_ and 29 characters')
  .describe('Id of a quarantined item.');

export const quarantineState = z.enum(['open', 'redriven', 'dismissed']);

export const quarantineReply = z.object({
  id: quarantineIdSchema,
  deliveryId: deliveryIdSchema,
  sourceId: sourceIdSchema,
  source: z.string().describe('Slug of the source.'),
  feed: z.string(),
  path: z.string().describe('Where in the delivery it failed.'),
  row: z.number().int(),
  reason: z.string(),
  sentence: z.string().describe('What the reason means and what to do.'),
  detail: z.string(),
  state: quarantineState,
  receivedAt: instantSchema,
  settledAt: instantSchema.nullable().describe('When it was re-driven or dismissed.'),
  settledBy: z.string().nullable(),
  note: z.string().nullable().describe('Why it was dismissed, or what became of it.'),
});
export const quarantinePage = pageSchema(quarantineReply);

const filters = {
  programId: programIdSchema.optional(),
  source: z.string().min(1).max(64).optional().describe('Slug of the source.'),
  reason: z.string().min(1).max(60).optional(),
  path: z.string().min(1).max(400).optional().describe('As in a group: [*] stands for any number.'),
  detail: z.string().min(1).max(2000).optional().describe('The whole detail, as in a group.'),
  from: instantSchema.optional().describe('Received at this instant or later.'),
  to: instantSchema.optional().describe('Received before this instant.'),
  q: z.string().trim().min(1).max(200).optional().describe('Part of the detail, the path or the reason.'),
};
export const quarantineListQuery = z.strictObject({
  ...pageQuery,
  ...filters,
  state: z.union([quarantineState, z.literal('all')]).default('open'),
  sort: z.enum(['newest', 'oldest']).default('newest'),
});

export const quarantineDetailReply = quarantineReply.extend({
  contentType: z.string(),
  query: z.string(),
  body: z.string().nullable().describe('The bytes as UTF-8 text; null when they are no text.'),
  field: z
    .object({ path: z.string(), value: z.string().nullable() })
    .nullable()
    .describe('The field of the row at which it failed.'),
  fields: z.array(z.object({ path: z.string(), value: z.string() })).describe('The row, flat.'),
  mappingVersion: z.number().int().describe('The version in force, from which the remedy is made.'),
  remedy: remedyReply,
});
export const quarantineParams = z.strictObject({ id: quarantineIdSchema });

export const quarantineGroup = z.object({
  sourceId: sourceIdSchema,
  source: z.string(),
  reason: z.string(),
  path: z.string(),
  detail: z.string(),
  count: z.number().int(),
  title: z.string().describe('Such as: 312 items: unknown status "SETTLED".'),
  sentence: z.string(),
  oldestAt: instantSchema,
  newestAt: instantSchema,
  sampleId: quarantineIdSchema.describe('The newest of them.'),
  remedy: remedyReply,
});
export const quarantineGroupsReply = z.object({
  groups: z.array(quarantineGroup).describe('The largest first; at most 100.'),
  total: z.number().int().describe('Open items that the filter finds, also those beyond the groups shown.'),
});
export const quarantineGroupsQuery = z.strictObject(filters);

export const previewQuarantineRequest = z.strictObject({
  source: z.string().min(1).max(64).describe('Slug or id of the source.'),
  document: documentSchema.describe('A draft of the mapping. Nothing is written.'),
  settings: sourceSettings.optional().describe("Default: the source's."),
  ids: z.array(quarantineIdSchema).min(1).max(1000).optional().describe('These items.'),
  filter: z
    .strictObject({ reason: filters.reason, path: filters.path, detail: filters.detail, q: filters.q })
    .optional()
    .describe('Or all open items of the source that this finds; of many the newest 1,000.'),
});
const previewOutcome = z.object({
  outcome: z.enum(['event', 'ignored', 'quarantined', 'refused', 'gone']),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  path: z.string(),
  kind: z.string().nullable(),
  externalId: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  occurredAt: instantSchema.nullable(),
});
export const previewQuarantineReply = z.object({
  items: z
    .array(
      z.object({
        id: quarantineIdSchema,
        reason: z.string(),
        detail: z.string(),
        after: z
          .array(previewOutcome)
          .describe('What the row would become: usually one; none where it is not told any more.'),
      }),
    )
    .describe('At most 200; the counts are of all.'),
  counts: z.record(z.string(), z.number().int()).describe('Items by what would become of them.'),
  looked: z.number().int(),
  found: z.number().int().describe('Open items that the filter finds.'),
});
