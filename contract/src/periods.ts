import { z } from 'zod';
import {
  dealIdSchema,
  instantSchema,
  moneySchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
  slugSchema,
} from './common.ts';

export const periodSchema = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-01')
  .describe('A month in the zone of the program.');

export const closePeriodRequest = z.strictObject({
  reason: z
    .string()
    .min(3)
    .max(500)
    .describe(
      'Why the figures of the period are complete, or why it is closed although they may not be. Kept.',
    ),
  without: z
    .array(slugSchema)
    .max(200)
    .default([])
    .describe(
      'Sources that give completeness marks and have not told everything of the month: each must be named to close it without waiting for them. Kept.',
    ),
});

export const tellMarkRequest = z.strictObject({
  until: instantSchema.describe('Everything that happened before this instant has been delivered.'),
  note: z.string().max(500).default('').describe('Why, where that matters. Default none.'),
});
export const markReply = z.object({
  until: instantSchema,
  note: z.string().nullable(),
  toldBy: z.string(),
  recordedAt: instantSchema,
});
export const markPage = pageSchema(markReply);
export const markQuery = z.strictObject({ ...pageQuery });

export const completenessReply = z.object({
  complete: z
    .boolean()
    .nullable()
    .describe('Have all sources that give marks told everything of it? null: no source gives marks.'),
  sources: z.array(z.object({ source: slugSchema, completeUntil: instantSchema, complete: z.boolean() })),
});

export const programPeriod = z.object({
  period: periodSchema,
  state: z
    .enum(['running', 'open', 'closed'])
    .describe('running: not over yet. open: over, and its figures are provisional.'),
  closedAt: instantSchema.nullable(),
  closedBy: z.string().nullable(),
  reason: z.string().nullable(),
  ...completenessReply.shape,
});
export const programPeriods = z.object({
  programId: programIdSchema,
  zone: z.string(),
  items: z.array(programPeriod),
});
export const closePeriodReply = programPeriod;

export const settlementStep = z.object({
  step: z
    .string()
    .describe('Name of an item of the formula, or what was done: factor, rate, tier, carried_in, recoup ...'),
  amount: z.string(),
  by: z.record(z.string(), z.string()),
});

export const settlementReply = z.object({
  partnerId: partnerIdSchema,
  period: periodSchema,
  component: z.string(),
  amount: moneySchema.describe('What the period is worth by what is known now.'),
  provisional: z.boolean().describe('The period is not closed: shown, and not approved.'),
  reason: z.string().nullable().describe('Why it is zero, or less than the rate says.'),
  sentence: z.string().nullable(),
  exact: z.string().describe('Before the one rounding.'),
  steps: z.array(settlementStep),
  carry: z.record(z.string(), z.unknown()).describe('What it leaves for the periods after it.'),
  totals: z.record(z.string(), z.string()).describe('Sums of what came in.'),
  dealId: dealIdSchema.nullable(),
  decidedAt: instantSchema.nullable(),
});
export const settlementPage = pageSchema(settlementReply);
export const settlementQuery = z.strictObject({
  ...pageQuery,
  period: periodSchema.optional(),
  component: z.string().min(1).max(100).optional(),
});

export const programSettlementQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema,
  period: periodSchema.optional(),
  partnerId: partnerIdSchema.optional(),
  component: z.string().min(1).max(100).optional(),
});

export const periodSum = z.object({
  component: z.string(),
  currency: z.string(),
  amount: moneySchema.describe('What all partners together are worth by it.'),
  negative: moneySchema.describe('The part of it that is below zero.'),
  partners: z.number().int().describe('Partners with an amount other than zero.'),
});
export const periodPreview = programPeriod.extend({
  programId: programIdSchema,
  zone: z.string(),
  from: instantSchema,
  to: instantSchema.describe('The first instant after it.'),
  partners: z.number().int().describe('Partners who have figures in it.'),
  undecided: z
    .number()
    .int()
    .describe('Figures that are being computed again just now: look again before closing.'),
  sums: z.array(periodSum).describe('What is final by closing, by component.'),
  blockedBy: z
    .object({ code: z.string(), sentence: z.string() })
    .nullable()
    .describe('Why it cannot be closed now; null: it can.'),
});
