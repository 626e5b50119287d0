import { z } from 'zod';
import {
  instantSchema,
  linkIdSchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
  textSchema,
} from './common.ts';

export const createLinkRequest = z.strictObject({
  partnerId: partnerIdSchema,
  landingUrl: z
    .url({ protocol: /^https?$/, error: 'an http or https address' })
    .max(2000)
    .describe('Where the visitor lands.'),
  campaign: textSchema(100, 'campaign').default('default'),
  creative: textSchema(100, 'creative').default('default'),
  clickParam: z
    .string()
    .regex(/^[A-Za-z0-9_.~-]{1,60}$/, '1 to 60 letters, digits or . _ ~ -')
    .default('click_id')
    .describe('The parameter in which the landing page expects the click id. Default click_id.'),
});

export const linkReply = z.object({
  id: linkIdSchema,
  programId: programIdSchema,
  partnerId: partnerIdSchema,
  campaign: z.string(),
  creative: z.string(),
  landingUrl: z.string(),
  clickParam: z.string(),
  active: z.boolean(),
  url: z.string().describe('The tracking link to publish; sub1 to sub10 may be added as parameters.'),
  createdAt: instantSchema,
});
export const linkPage = pageSchema(linkReply);
export const linkListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  partnerId: partnerIdSchema.optional(),
});
export const updateLinkRequest = z.strictObject({ active: z.boolean() });
