import { z } from 'zod';
import {
  idSchema,
  instantSchema,
  linkIdSchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
} from './common.ts';

export const CLICK_MARKS = [
  'bot',
  'duplicate',
  'partner_suspended',
  'partner_flagged',
  'creative_not_approved',
  'creative_expired',
  'deep_link_refused',
] as const;
const clickMark = z.enum(CLICK_MARKS);

export const clickReply = z.object({
  id: idSchema('clk', 'click'),
  clickId: z
    .string()
    .nullable()
    .describe('What the landing page got, unless the marks say that the visit attributes nobody.'),
  programId: programIdSchema,
  partnerId: partnerIdSchema,
  linkId: linkIdSchema,
  clickedAt: instantSchema.describe('By the clock of the program.'),
  receivedAt: instantSchema.describe('Real time.'),
  subs: z.record(z.string(), z.string()),
  target: z.string().describe('Of a deep link, what was asked for; empty = the landing page.'),
  network: z.string().describe('The /24 or /48 network of the visitor; the full address is never stored.'),
  country: z.string().nullable().describe('ISO 3166 alpha-2 by the offline data set; null = not known.'),
  userAgent: z.string(),
  referrer: z.string().describe('Origin only.'),
  marks: z
    .array(clickMark)
    .describe(
      'Marked, never dropped. duplicate: another visit through the same link from the same network with the same agent came at most ten minutes before. bot and duplicate change nothing else; partner_flagged neither; with each of the others the visitor got no click id.',
    ),
});
export const clickPage = pageSchema(clickReply);

const sub = z.string().min(1).max(255).optional();
export const clickListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  partnerId: partnerIdSchema.optional(),
  linkId: linkIdSchema.optional(),
  clickId: z.string().min(1).max(200).optional().describe('As the landing page got it.'),
  from: instantSchema.optional().describe('Clicked at or after.'),
  to: instantSchema.optional().describe('Clicked before.'),
  mark: z
    .enum([...CLICK_MARKS, 'none'])
    .optional()
    .describe('With this mark; none = without any.'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters')
    .optional(),
  sub1: sub,
  sub2: sub,
  sub3: sub,
  sub4: sub,
  sub5: sub,
  sub6: sub,
  sub7: sub,
  sub8: sub,
  sub9: sub,
  sub10: sub,
});
