import { z } from 'zod';
import {
  customerIdSchema,
  instantSchema,
  linkIdSchema,
  moneySchema,
  pageQuery,
  pageSchema,
} from './common.ts';

// Customers as their partner may see them: from the registration on, without anything that names a person.

export const LEAD_STATES = ['registered', 'deposited', 'qualified'] as const;
export const leadStateSchema = z
  .enum(LEAD_STATES)
  .describe('registered: no deposit yet. deposited: not all conditions are met. qualified: they are.');

export const leadReply = z.object({
  customerId: customerIdSchema.describe('The only name of the customer that is told.'),
  registeredAt: instantSchema.nullable().describe('null: named by others, and not registered yet.'),
  since: instantSchema
    .nullable()
    .describe("Since when the customer is the partner's; null = from the beginning."),
  state: leadStateSchema,
  reason: z.string().nullable().describe('Reason code, where there is one.'),
  why: z.string().describe('Where the customer stands and what is missing, in words for the partner.'),
  by: z.enum(['click', 'code', 'manual']).nullable().describe('What brought the customer.'),
  campaign: z.string().nullable(),
  creative: z.string().nullable(),
  code: z.string().nullable(),
  linkId: linkIdSchema.nullable(),
  subs: z.record(z.string(), z.string()).describe('Sub-IDs of the click, sub1 to sub10.'),
  country: z.string().nullable().describe('At registration.'),
  firstDeposit: z.object({ at: instantSchema, amount: moneySchema }).nullable(),
  qualifiedAt: instantSchema.nullable(),
});
export type LeadReply = z.infer<typeof leadReply>;
export const leadPage = pageSchema(leadReply);
export const leadListQuery = z.strictObject({
  ...pageQuery,
  state: leadStateSchema.optional(),
  search: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe(
      'Part of a campaign or promo code, or the whole of a sub-ID, a country, a link or a customer id.',
    ),
  sort: z
    .enum(['newest', 'oldest', 'firstDeposit'])
    .default('newest')
    .describe('By registration, or by the first deposit, latest first. Default newest.'),
});
