import { z } from 'zod';
import {
  effectiveFromSchema,
  idSchema,
  instantSchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
  textSchema,
} from './common.ts';

// What partners promote with: campaigns, creatives, promo codes, and strikes against rules of promotion.

export const campaignIdSchema = idSchema('cmp', 'campaign');
export const creativeIdSchema = idSchema('crv', 'creative');
export const codeIdSchema = idSchema('cod', 'promo code');
export const strikeIdSchema = idSchema('stk', 'strike');

/** A host as people allow it: exact, or every host below. Judged further by the server, which knows what a host is. */
export const allowedHostSchema = z
  .string()
  .min(1)
  .max(260)
  .describe('A host such as broker.example, or *.broker.example for every host below it (not itself).');

export const creativeSettings = z.strictObject({
  approvalRequired: z
    .boolean()
    .default(false)
    .describe(
      'Links are issued, and visits count, only for creatives that are approved and not expired. Default false.',
    ),
  strikesToSuspend: z
    .number()
    .int()
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe(
      'The strike, counted from 1 among those not withdrawn, that suspends a partner. Default null: only strikes that say so suspend.',
    ),
});

export const linkSettings = z.strictObject({
  allowedHosts: z
    .array(allowedHostSchema)
    .max(200)
    .default([])
    .describe(
      'Where the links of this program may lead. Default, and when empty: each link to the host of its own landing page.',
    ),
});

export const createCampaignRequest = z.strictObject({
  programId: programIdSchema,
  name: textSchema(100, 'name').describe('What links and codes say; unique in the program.'),
});
export const updateCampaignRequest = z.strictObject({
  active: z.boolean().describe('false: no new links and codes; those that exist go on.'),
});
export const campaignReply = z.object({
  id: campaignIdSchema,
  programId: programIdSchema,
  name: z.string(),
  active: z.boolean(),
  createdAt: instantSchema,
});
export const campaignPage = pageSchema(campaignReply);
export const campaignListQuery = z.strictObject({ ...pageQuery, programId: programIdSchema.optional() });

export const creativeStateSchema = z.enum(['draft', 'submitted', 'approved', 'rejected']);

export const createCreativeRequest = z.strictObject({
  programId: programIdSchema,
  partnerId: partnerIdSchema
    .optional()
    .describe(
      'Who hands it in; only this partner may use it. Left out: from the operator, for every partner.',
    ),
  name: textSchema(100, 'name').describe('What links say; unique in the program.'),
  kind: z
    .enum(['banner', 'text', 'video', 'email', 'page', 'social', 'other'])
    .default('banner')
    .describe('Default banner.'),
  content: textSchema(2000, 'content').describe('The text itself, or the address at which it is shown.'),
  expiresAt: instantSchema.optional().describe('From then on it may not be used. Default: never.'),
  submit: z
    .boolean()
    .default(false)
    .describe('Put it into the approval queue at once. Default false: a draft.'),
});
export const updateCreativeRequest = z.strictObject({
  expiresAt: instantSchema.nullable().describe('null: never.'),
});
export const moveCreativeRequest = z.strictObject({
  state: creativeStateSchema.describe(
    'draft to submitted; submitted to approved, rejected or draft; approved to rejected; rejected to draft or submitted.',
  ),
  reason: textSchema(500, 'reason').optional().describe('Asked for when it is rejected.'),
  effectiveFrom: instantSchema
    .optional()
    .describe(
      'Default: now, by the clock of the program. Not before the state that it follows. An approval from an earlier instant makes the visits since then count.',
    ),
});
export const creativeStateReply = z.object({
  state: creativeStateSchema,
  effectiveFrom: instantSchema,
  reason: z.string().nullable(),
  recordedAt: instantSchema,
  recordedBy: z.string(),
});
export const creativeReply = z.object({
  id: creativeIdSchema,
  programId: programIdSchema,
  partnerId: partnerIdSchema.nullable(),
  name: z.string(),
  kind: z.string(),
  content: z.string(),
  state: creativeStateSchema.describe('The latest state.'),
  stateFrom: instantSchema,
  reason: z.string().nullable().describe('Why it is in this state.'),
  expiresAt: instantSchema.nullable(),
  expired: z.boolean().describe('By the clock of the program.'),
  createdAt: instantSchema,
});
export const creativeDetailReply = creativeReply.extend({
  states: z.array(creativeStateReply).describe('Every state, oldest first.'),
});
export const creativePage = pageSchema(creativeReply);
export const creativeListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  partnerId: partnerIdSchema.optional(),
  state: creativeStateSchema.optional().describe('submitted: the approval queue.'),
});

export const createCodeRequest = z.strictObject({
  partnerId: partnerIdSchema,
  code: textSchema(64, 'code').describe(
    'Letters, digits, hyphens, dots and underscores. Upper and lower case, white space and full-width forms make no difference.',
  ),
  campaign: textSchema(100, 'campaign').default('default'),
  exclusive: z
    .boolean()
    .default(false)
    .describe('For programs in which only exclusive codes go before a click. Default false.'),
  effectiveFrom: instantSchema
    .nullable()
    .optional()
    .describe('null: from the beginning. Default: now, by the clock of the program.'),
  effectiveTo: instantSchema
    .nullable()
    .default(null)
    .describe('The first instant at which it no longer holds. Default null: open.'),
});
export const updateCodeRequest = z.strictObject({
  effectiveTo: instantSchema
    .nullable()
    .optional()
    .describe(
      'The first instant at which it no longer holds; null = open. Equal to effectiveFrom: it never held.',
    ),
  exclusive: z.boolean().optional(),
});
export const codeReply = z.object({
  id: codeIdSchema,
  programId: programIdSchema,
  partnerId: partnerIdSchema,
  code: z.string().describe('The one spelling under which it is found.'),
  written: z.string().describe('As it was typed.'),
  campaign: z.string(),
  exclusive: z.boolean(),
  effectiveFrom: effectiveFromSchema,
  effectiveTo: instantSchema.nullable().describe('null = open.'),
  createdAt: instantSchema,
  createdBy: z.string(),
});
export const codePage = pageSchema(codeReply);
export const codeListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  partnerId: partnerIdSchema.optional(),
  code: z.string().min(1).max(200).optional().describe('In any spelling.'),
});

export const strikePartnerRequest = z.strictObject({
  reason: textSchema(500, 'reason'),
  effect: z
    .enum(['noted', 'flagged', 'suspended'])
    .default('noted')
    .describe(
      'noted: kept only. flagged: visits of the partner are marked from now on. suspended: its links and codes attribute nobody from now on. Default noted.',
    ),
  creativeId: creativeIdSchema.optional().describe('What was shown.'),
});
export const withdrawStrikeRequest = z.strictObject({ reason: textSchema(500, 'reason') });
export const strikeReply = z.object({
  id: strikeIdSchema,
  programId: programIdSchema,
  partnerId: partnerIdSchema,
  creativeId: creativeIdSchema.nullable(),
  reason: z.string(),
  effect: z
    .enum(['noted', 'flagged', 'suspended'])
    .describe('What it led to: suspended also when it was the one that the program allows no more.'),
  struckAt: instantSchema,
  recordedBy: z.string(),
  withdrawn: z.object({ at: instantSchema, by: z.string(), reason: z.string() }).nullable(),
});
export const strikeListReply = z.object({
  count: z.number().int().describe('Those that were not withdrawn.'),
  flaggedAt: instantSchema.nullable(),
  suspendedAt: instantSchema.nullable(),
  items: z.array(strikeReply).describe('Newest first.'),
});
