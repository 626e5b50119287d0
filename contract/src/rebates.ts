import { z } from 'zod';
import {
  currencySchema,
  customerIdSchema,
  idSchema,
  instantSchema,
  linkIdSchema,
  moneySchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
  textSchema,
} from './common.ts';

// What partners give of their own commission to customers (docs/rebates.md).

export const rebateIdSchema = idSchema('rbt', 'rebate rule');

const every = z
  .enum(['day', 'week', 'month'])
  .describe("How often what is owed falls due. Weeks are Monday to Sunday; all by the program's zone.");
const percent = z
  .string()
  .regex(
    /^(100(\.0{1,4})?|\d{1,2}(\.\d{1,4})?)$/,
    'a percentage from 0 to 100 with at most 4 digits after the point',
  )
  .describe("Share of the partner's own commission, 0 to 100, such as 25 or 12.5.");
const component = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'the id of a component of the deal');

export const createRebateRequest = z.strictObject({
  partnerId: partnerIdSchema,
  percent: percent.describe(
    "Share of the partner's own commission, 0 to 100, such as 25 or 12.5. 0 gives nothing to those who are meant, whatever farther rules say.",
  ),
  whom: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('all') }),
      z.strictObject({ kind: z.literal('campaign'), campaign: textSchema(120, 'campaign') }),
      z.strictObject({ kind: z.literal('link'), linkId: linkIdSchema }),
      z.strictObject({ kind: z.literal('customer'), customerId: customerIdSchema }),
    ])
    .default({ kind: 'all' })
    .describe(
      'Customers who get it: all of the partner, those who came by a campaign or a link, or one. Of several rules the nearest holds: customer, link, campaign, all.',
    ),
  components: z
    .array(component)
    .min(1)
    .max(50)
    .optional()
    .describe("Ids of components of the partner's deal that pay by trade. Default: all that do."),
  every: every.default('month'),
  effectiveFrom: instantSchema
    .optional()
    .describe('Trades from this instant on. Not in the past. Default: now, by the clock of the program.'),
  effectiveTo: instantSchema
    .nullable()
    .optional()
    .describe('First instant at which it holds no more. Default: none.'),
  reason: textSchema(500, 'reason').describe('Why; kept with the rule and in the audit.'),
});

export const endRebateRequest = z.strictObject({
  endsAt: instantSchema
    .optional()
    .describe(
      'First instant at which it holds no more. Not in the past. Default: now, by the clock of the program.',
    ),
  reason: textSchema(500, 'reason').describe('Why; kept with the rule and in the audit.'),
});

export const rebateReply = z.object({
  id: rebateIdSchema,
  programId: programIdSchema,
  partnerId: partnerIdSchema,
  percent: z.string(),
  whom: z.object({
    kind: z.enum(['all', 'campaign', 'link', 'customer']),
    campaign: z.string().optional(),
    linkId: linkIdSchema.optional(),
    customerId: customerIdSchema.optional(),
  }),
  components: z.array(z.string()).nullable().describe('null = all that pay by trade.'),
  every,
  effectiveFrom: instantSchema,
  effectiveTo: instantSchema.nullable().describe('null = open.'),
  state: z.enum(['coming', 'in_force', 'ended', 'retracted']).describe('By the clock of the program.'),
  reason: z.string(),
  createdAt: instantSchema,
  createdBy: z.string(),
  end: z
    .object({ at: instantSchema, by: z.string(), reason: z.string() })
    .nullable()
    .describe('Who wrote the end, and when; null = nobody did after the rule.'),
  retraction: z
    .object({ at: instantSchema, by: z.string(), reason: z.string() })
    .nullable()
    .describe('It was taken back before it began; null = it stands.'),
});
export const rebatePage = pageSchema(rebateReply);

export const rebateListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  partnerId: partnerIdSchema.optional(),
});

export const owedListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema,
  partnerId: partnerIdSchema.optional(),
  customerId: customerIdSchema.optional(),
  from: z.iso.date().optional().describe('First day of spans, inclusive.'),
  to: z.iso.date().optional().describe('First day of spans, inclusive.'),
});

export const owedReply = z.object({
  partnerId: partnerIdSchema,
  customerId: customerIdSchema,
  ruleId: rebateIdSchema,
  every,
  span: z.iso.date().describe("First day of the span, in the program's zone."),
  endsAt: instantSchema.describe('First instant after the span.'),
  isOver: z.boolean().describe('By the clock of the program. What comes later for it still changes it.'),
  owed: moneySchema.describe('What is owed for the span in all.'),
  held: moneySchema.describe('What of it follows commission that is not approved yet.'),
  approved: moneySchema.describe('What of it follows approved commission.'),
  currency: currencySchema,
});
export const owedPage = pageSchema(owedReply).extend({
  sums: z
    .array(
      z.object({ currency: currencySchema, owed: moneySchema, held: moneySchema, approved: moneySchema }),
    )
    .describe('Of everything that was asked for, by currency, not of the page alone.'),
});
export type RebateReply = z.infer<typeof rebateReply>;
