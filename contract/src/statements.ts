import { z } from 'zod';
import {
  commissionIdSchema,
  currencySchema,
  customerIdSchema,
  eventIdSchema,
  idSchema,
  instantSchema,
  moneySchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
} from './common.ts';
import { completenessReply, periodSchema } from './periods.ts';

export const statementLine = z.object({
  component: z.string(),
  earnedIn: periodSchema.describe(
    'The month in which it was earned; an earlier one than the statement is a correction of it, or came late.',
  ),
  isCorrection: z.boolean(),
  currency: currencySchema,
  amount: moneySchema,
  approved: moneySchema.describe('The part of it that is approved.'),
  held: moneySchema,
  commissions: z.number().int().describe('How many booked differences are in it; the CSV has each of them.'),
});

export const statementTotal = z.object({
  currency: currencySchema,
  opening: moneySchema.describe('What the books said at the beginning of the month.'),
  booked: moneySchema,
  paid: moneySchema.describe(
    'What was paid to the partner in the month, below zero; above zero: what came back.',
  ),
  closing: moneySchema,
});

export const statementPayment = z.object({
  id: idSchema('pay', 'payout'),
  kind: z.enum(['payment', 'return']),
  amount: moneySchema.describe('Below zero: paid to the partner.'),
  at: instantSchema.describe('When it was paid, or came back.'),
  reference: z.string(),
});

export const statementCarry = z.object({
  component: z.string(),
  period: periodSchema,
  carry: z.record(z.string(), z.unknown()).describe('What the month leaves for the months after it.'),
});

export const statementReply = z.object({
  programId: programIdSchema,
  program: z.string(),
  partnerId: partnerIdSchema,
  partner: z.string(),
  period: periodSchema,
  zone: z.string(),
  state: z
    .enum(['draft'])
    .describe('A draft shows the books as they are now; freezing and approval come with payouts.'),
  provisional: z.boolean().describe('The month is not closed: its figures may still change.'),
  completeness: completenessReply.describe('Until when the sources have told everything.'),
  madeAt: instantSchema,
  totals: z.array(statementTotal),
  lines: z.array(statementLine),
  payments: z.array(statementPayment),
  carries: z.array(statementCarry),
});

export const statementItem = z.object({
  id: commissionIdSchema.describe(
    'The commission: GET /v1/commissions/{id}/explain says where it comes from.',
  ),
  component: z.string(),
  earnedAt: instantSchema,
  earnedIn: periodSchema,
  bookedAt: instantSchema,
  amount: moneySchema,
  approved: z.boolean(),
  state: z.enum(['held', 'approved', 'paid']),
  isClawback: z.boolean().describe('It takes back what had been paid.'),
  level: z.number().int(),
  customerId: customerIdSchema.nullable().describe('null: settled by month, over all customers together.'),
  eventId: eventIdSchema.nullable(),
});
export const statementItemPage = pageSchema(statementItem);
export const statementItemQuery = z.strictObject({
  ...pageQuery,
  component: z.string().min(1).max(100).optional(),
  earnedIn: periodSchema.optional().describe('Only what was earned in this month.'),
});
