import { z } from 'zod';
import { eventIdSchema, instantSchema, programIdSchema } from './common.ts';
import { dispositionSchema } from './intake.ts';
import { quarantineIdSchema, quarantineState } from './quarantine.ts';

/** Quarantined items that one request takes; the rest is asked for with the cursor of the answer. */
export const MAX_REDRIVE_ITEMS = 500;

export const redriveRequest = z.strictObject({
  ids: z.array(quarantineIdSchema).min(1).max(MAX_REDRIVE_ITEMS).optional().describe('These items.'),
  filter: z
    .strictObject({
      source: z.string().min(1).max(64).optional().describe('Slug of the source.'),
      programId: programIdSchema.optional(),
      reason: z.string().min(1).max(60).optional(),
      path: z.string().min(1).max(400).optional().describe('As in a group: [*] stands for any number.'),
      detail: z.string().min(1).max(2000).optional().describe('The whole detail, as in a group.'),
      from: instantSchema.optional().describe('Received at this instant or later.'),
      to: instantSchema.optional().describe('Received before this instant.'),
      q: z.string().trim().min(1).max(200).optional().describe('Part of the detail, the path or the reason.'),
    })
    .optional()
    .describe('Or all open items that this finds, the oldest first; {} = all.'),
  limit: z
    .number()
    .int()
    .min(1)
    .max(MAX_REDRIVE_ITEMS)
    .default(200)
    .describe('Items of this request, of a filter.'),
  cursor: z.string().max(200).optional().describe('Where the last request of the same filter ended.'),
});

export const redrivenItem = z.object({
  id: quarantineIdSchema,
  state: quarantineState.describe('open: it still cannot be read, for the reason that stands beside it.'),
  disposition: dispositionSchema
    .nullable()
    .describe('What became of it; null when it is open or was settled before.'),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  eventId: eventIdSchema.nullable(),
});

export const redriveReply = z.object({
  items: z.array(redrivenItem),
  counts: z
    .record(z.string(), z.number().int())
    .describe('Items by disposition; open = still not readable, settled = somebody was first.'),
  left: z.number().int().describe('Items that the filter finds behind these.'),
  nextCursor: z.string().nullable().describe('Send it with the same filter to go on; null at the end.'),
});

export type RedriveRequest = z.infer<typeof redriveRequest>;
export type RedriveReply = z.infer<typeof redriveReply>;

export const redriveParams = z.strictObject({ id: quarantineIdSchema });

export const dismissRequest = z.strictObject({
  reason: z.string().trim().min(3).max(500).describe('Why nobody needs this item: kept in the audit.'),
});
export const dismissReply = z.object({ id: quarantineIdSchema, state: quarantineState });

export const retryParams = z.strictObject({ id: eventIdSchema });
export const retryReply = z.object({
  id: eventIdSchema,
  events: z
    .number()
    .int()
    .describe('Events that are on the road again: those that failed together with it, too.'),
});
