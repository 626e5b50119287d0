import { z } from 'zod';
import { idSchema, instantSchema, pageQuery, pageSchema, programIdSchema, sourceIdSchema } from './common.ts';

export const changeSetIdSchema = idSchema('chg', 'change set');

const window = {
  source: z.string().min(1).max(64).describe('Slug or id of the source.'),
  version: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'The version of its mapping that is applied. Default: the one in force. Undo = apply the former one.',
    ),
  from: instantSchema
    .optional()
    .describe('Deliveries that were stored at this instant or later. Default: all.'),
  to: instantSchema.optional().describe('Before this instant. Default: now.'),
};

export const changeSetRequest = z.strictObject({
  ...window,
  note: z.string().trim().min(3).max(500).describe('Why: kept in the audit.'),
});
export const changeSetForecastRequest = z.strictObject(window);

const counts = {
  deliveries: z.number().int().describe('Deliveries that were read again.'),
  changed: z
    .number()
    .int()
    .describe('Events whose content changes, those that are not told any more among them.'),
  away: z
    .number()
    .int()
    .describe('Events that are not told any more: they stay, unsettled, and pay nothing.'),
  added: z.number().int().describe('Events that were not told before.'),
  settled: z.number().int().describe('Quarantined items that can be read now.'),
};

export const changeSetForecastReply = z.object({
  ...counts,
  version: z.number().int(),
  complete: z.boolean().describe('false: there are more deliveries than were looked at.'),
});

export const changeSetState = z.enum(['running', 'done', 'failed', 'stopped']);
export const changeSetReply = z.object({
  id: changeSetIdSchema,
  sourceId: sourceIdSchema,
  source: z.string(),
  programId: programIdSchema,
  version: z.number().int(),
  from: instantSchema.nullable(),
  to: instantSchema,
  note: z.string(),
  state: changeSetState,
  progress: z.object(counts),
  /** Share of the deliveries of the time that were read, 0 to 1. */
  share: z.number().min(0).max(1).describe('Part of the time that was gone through, 0 to 1.'),
  error: z.string().nullable(),
  createdAt: instantSchema,
  createdBy: z.string(),
  endedAt: instantSchema.nullable(),
});
export type ChangeSetReply = z.infer<typeof changeSetReply>;
export const changeSetPage = pageSchema(changeSetReply);
export const changeSetListQuery = z.strictObject({
  ...pageQuery,
  source: z.string().min(1).max(64).optional().describe('Slug of the source.'),
});
export const changeSetParams = z.strictObject({ id: changeSetIdSchema });
