import { z } from 'zod';
import {
  currencySchema,
  idSchema,
  instantSchema,
  moneySchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
  textSchema,
} from './common.ts';
import { payoutBlockedSchema } from './compliance.ts';

export const paymentIdSchema = idSchema('pay', 'payout');
export const clawbackIdSchema = idSchema('clw', 'clawback');

const monthSchema = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/u)
  .describe('Month, such as 2026-03.');
const componentSchema = z.string().min(1).max(100).describe('Id of the component in the deal.');

const askedSchema = z.union([
  z.strictObject({ component: componentSchema, holdDay: z.iso.date() }).describe('A settlement group.'),
  z
    .strictObject({ component: componentSchema, period: monthSchema })
    .describe('What a month was settled to.'),
]);

export const paymentRequest = z.strictObject({
  partnerId: partnerIdSchema,
  method: z.literal('manual').default('manual').describe('Paid outside of Plumbline, by bank or otherwise.'),
  amount: z
    .string()
    .regex(/^\d{1,30}(\.\d{1,18})?$/u)
    .describe('Major units: exactly what is payable.'),
  currency: currencySchema,
  paidAt: instantSchema.describe('When it was paid in the world. Not in the future.'),
  reference: textSchema(200, 'reference').describe(
    'What the bank calls it; once for each partner and currency.',
  ),
  note: textSchema(500, 'note').optional(),
  settlements: z
    .array(askedSchema)
    .min(1)
    .max(500)
    .optional()
    .describe(
      'What is paid; default: everything payable. What the partner owes, and what came back of earlier payments, is always settled with it.',
    ),
});

export const PAYMENT_STATES = [
  'proposed',
  'rejected',
  'due',
  'refused',
  'paid',
  'return_due',
  'returned',
] as const;

export const paymentReply = z.object({
  id: paymentIdSchema,
  programId: programIdSchema,
  partnerId: partnerIdSchema,
  method: z.enum(['manual']),
  amount: moneySchema,
  paidAt: instantSchema,
  reference: z.string(),
  note: z.string().nullable(),
  settlements: z.array(askedSchema).nullable().describe('What it names; null = everything payable.'),
  state: z
    .enum(PAYMENT_STATES)
    .describe(
      'proposed: above the limit of the program, waits for a second person. due: is booked within a second. refused: it could not be booked, see refusal. return_due: its return is being booked.',
    ),
  refusal: z.object({ code: z.string(), sentence: z.string() }).nullable(),
  createdAt: instantSchema,
  createdBy: z.string(),
  decidedAt: instantSchema.nullable(),
  decidedBy: z.string().nullable(),
  decisionNote: z.string().nullable(),
  bookedAt: instantSchema.nullable().describe("By the program's clock."),
  returnedAt: instantSchema.nullable(),
  returnReason: z.string().nullable(),
});
export type PaymentReply = z.infer<typeof paymentReply>;
export const paymentPage = pageSchema(paymentReply);
export const paymentListQuery = z.strictObject({
  ...pageQuery,
  partnerId: partnerIdSchema.optional(),
  programId: programIdSchema.optional(),
});

export const paymentPartReply = z.object({
  component: z.string(),
  holdDay: z.iso.date(),
  amount: moneySchema.describe('Below zero: what was owed back.'),
});
export const paymentDetailReply = paymentReply.extend({
  parts: z.array(paymentPartReply).describe('The settlement groups that it paid.'),
});

export const paymentDecisionRequest = z.strictObject({ note: textSchema(500, 'note') });
export const paymentReturnRequest = z.strictObject({
  returnedAt: instantSchema.describe('When the money came back. Not before it was paid, not in the future.'),
  reason: textSchema(500, 'reason'),
});

export const payableReply = z.object({
  partnerId: partnerIdSchema,
  payoutBlocked: payoutBlockedSchema,
  currencies: z.array(
    z.object({
      currency: currencySchema,
      payable: moneySchema.describe('What a payment of everything is; below zero: the partner owes.'),
      returned: moneySchema.describe('Of it: what came back of earlier payments.'),
      groups: z.array(
        z.object({
          component: z.string(),
          holdDay: z.iso.date(),
          approved: moneySchema,
          held: moneySchema,
          paid: moneySchema,
          holdReason: z.string().nullable(),
          payable: z.boolean(),
        }),
      ),
    }),
  ),
});

export const clawbackReply = z.object({
  id: clawbackIdSchema,
  programId: programIdSchema,
  partnerId: partnerIdSchema,
  component: z.string(),
  period: monthSchema.nullable().describe('Of what is settled by month.'),
  eventId: z.string().nullable().describe('The event that takes it back.'),
  customerId: z.string().nullable(),
  taken: moneySchema.describe('What is taken back of what had been paid; above zero.'),
  pending: moneySchema.describe('Of it waits for a person.'),
  accepted: moneySchema,
  refused: moneySchema,
  at: instantSchema.describe("First booked, by the program's clock."),
  reviews: z.array(
    z.object({
      verdict: z.enum(['accept', 'refuse']),
      state: z.enum(['proposed', 'rejected', 'due', 'done', 'void']),
      amount: moneySchema,
      reason: z.string(),
      createdAt: instantSchema,
      createdBy: z.string(),
      decidedBy: z.string().nullable(),
    }),
  ),
});
export const clawbackList = z.object({ items: z.array(clawbackReply) });
export const clawbackListQuery = z.strictObject({
  pending: z
    .enum(['true', 'false'])
    .optional()
    .describe('true: only those of which something waits for a person.'),
});
export const clawbackVerdictRequest = z.strictObject({
  verdict: z.enum(['accept', 'refuse']).describe('accept: it stands. refuse: it is given back.'),
  reason: textSchema(500, 'reason'),
});
