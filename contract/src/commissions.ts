import { z } from 'zod';
import {
  commissionIdSchema,
  customerIdSchema,
  eventIdSchema,
  instantSchema,
  moneySchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
} from './common.ts';

export const commissionState = z.enum(['accrued', 'held', 'approved', 'paid']);

export const commissionKind = z
  .enum(['commission', 'reversal', 'clawback', 'rebate', 'adjustment', 'opening'])
  .describe(
    'reversal: takes back what was not paid yet. clawback: takes back what had been paid when it was booked. rebate: given to the customer, or given back. adjustment, opening: by hand.',
  );

export const commissionReply = z.object({
  id: commissionIdSchema,
  programId: programIdSchema,
  partnerId: partnerIdSchema,
  customerId: customerIdSchema.nullable().describe('null: settled by period, over all customers together.'),
  period: z
    .string()
    .nullable()
    .describe('The month that it settles, such as 2026-01; null: not settled by period.'),
  eventId: eventIdSchema.nullable().describe('null: earned on the customer as a whole, such as a CPA.'),
  component: z.string().describe('Id of the component in the deal.'),
  level: z.number().int().describe('Depth of the partner when it happened, top = 1.'),
  amount: moneySchema.describe('One posted difference; negative when it corrects an earlier one.'),
  kind: commissionKind,
  state: commissionState,
  reason: z.string().nullable().describe('Why it is held: hold_period, kyc_pending ...'),
  holdUntil: instantSchema.nullable().describe('null: held until its reason is gone.'),
  causedAt: instantSchema.describe('When it was earned.'),
  bookedAt: instantSchema,
  naturalKey: z.string().describe('Differences of one key add up to what is owed for it.'),
});
export const commissionPage = pageSchema(commissionReply);
export const commissionListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  partnerId: partnerIdSchema.optional(),
  customerId: customerIdSchema.optional(),
  eventId: eventIdSchema.optional(),
  component: z.string().min(1).max(100).optional(),
  state: commissionState.optional(),
});
