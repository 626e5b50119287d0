import { z } from 'zod';
import {
  commissionIdSchema,
  currencySchema,
  customerIdSchema,
  eventIdSchema,
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
  closing: moneySchema,
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
