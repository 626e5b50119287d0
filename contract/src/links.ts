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
import { allowedHostSchema } from './promotion.ts';

const allowedHosts = z
  .array(allowedHostSchema)
  .min(1)
  .max(50)
  .nullable()
  .describe(
    'Where deep links of this link may lead. null, the default: as the program says in links.allowedHosts.',
  );
const landingUrl = z
  .url({ protocol: /^https?$/, error: 'an http or https address' })
  .max(2000)
  .describe('Where the visitor lands; a host that the program allows, where it names any.');

export const createLinkRequest = z.strictObject({
  partnerId: partnerIdSchema,
  landingUrl,
  allowedHosts: allowedHosts.default(null),
  campaign: textSchema(100, 'campaign')
    .default('default')
    .describe('Name of a campaign, or a label. Default default.'),
  creative: textSchema(100, 'creative')
    .default('default')
    .describe('Name of a creative, or a label where the program does not require approval. Default default.'),
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
  allowedHosts: z.array(z.string()).nullable(),
  clickParam: z.string(),
  active: z.boolean(),
  url: z
    .string()
    .describe(
      'The tracking link to publish; sub1 to sub10 may be added as parameters, and to with an address for a deep link.',
    ),
  createdAt: instantSchema,
});
export const linkPage = pageSchema(linkReply);
export const linkListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  partnerId: partnerIdSchema.optional(),
});
export const updateLinkRequest = z
  .strictObject({
    active: z.boolean().optional().describe('false: visitors are told that the link does not exist.'),
    landingUrl: landingUrl.optional(),
    allowedHosts: allowedHosts.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'name what is to change');
