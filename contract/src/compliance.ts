import { z } from 'zod';
import { effectiveFromSchema, factIdSchema, instantSchema, partnerIdSchema, textSchema } from './common.ts';

/** A country, or a state of one. */
export const marketSchema = z
  .string()
  .regex(
    /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/,
    'a country (ISO 3166-1, such as US) or a state of one (ISO 3166-2, such as US-NJ)',
  )
  .describe('Where a partner works: a country such as US, or a state of one such as US-NJ.');

const subject = z.enum(['kyc', 'tax_form', 'sanctions']);
const status = z.enum(['pending', 'passed', 'failed']);

export const complianceSettings = z
  .strictObject({
    partnerChecks: z
      .array(subject)
      .max(3)
      .default(['kyc', 'tax_form', 'sanctions'])
      .describe(
        'Checks that a partner must have passed before a payout. Default: all. One that has failed blocks, required or not.',
      ),
    bannedDeals: z
      .array(
        z.strictObject({
          market: marketSchema,
          kinds: z.array(z.enum(['per_lot', 'cpa', 'revenue_share'])).min(1),
        }),
      )
      .max(300)
      .default([])
      .describe(
        'Kinds of components that deals of partners of a market may not have, by licence or law. The ban of a country holds in its states.',
      ),
  })
  .describe("The partners' own compliance. Decides nothing about commission.");

/** Empty: nothing of compliance blocks a payout. */
export const payoutBlockedSchema = z
  .array(
    z.object({
      code: z.string().describe('partner_kyc_incomplete, tax_form_missing or partner_sanctions.'),
      subject,
      status: z.enum(['missing', 'pending', 'failed']),
      sentence: z.string(),
    }),
  )
  .describe(
    "Why payouts are blocked by the partner's own compliance; empty = they are not. Commission accrues either way.",
  );

export const complianceRequest = z.strictObject({
  subject: subject.describe('kyc: who the partner is. tax_form. sanctions: screening against the lists.'),
  status,
  effectiveFrom: effectiveFromSchema
    .optional()
    .describe('Default: now, by the clock of the program. null = from the beginning.'),
  effectiveTo: instantSchema
    .nullable()
    .optional()
    .describe('First instant at which it is no longer so, such as the expiry of a form. Default: none.'),
  reason: textSchema(500, 'reason').describe('Why; kept with the statement and in the audit.'),
});
export const complianceReply = z.object({
  id: factIdSchema,
  partnerId: partnerIdSchema,
  subject,
  status,
  effectiveFrom: effectiveFromSchema,
  effectiveTo: instantSchema.nullable(),
  reason: z.string(),
  recordedAt: instantSchema,
  recordedBy: z.string(),
  retraction: z
    .object({ at: instantSchema, by: z.string(), reason: z.string() })
    .nullable()
    .describe('It was taken back: it never was. null = it stands.'),
});
export const complianceList = z.object({
  items: z.array(complianceReply).describe('Every statement, oldest first.'),
  payoutBlocked: payoutBlockedSchema,
});
export const complianceFactParams = z.strictObject({ id: partnerIdSchema, factId: factIdSchema });
