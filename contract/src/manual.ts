import { z } from 'zod';
import { changeSetIdSchema, changeSetReply, previewSchema } from './change-sets.ts';
import {
  currencySchema,
  customerIdSchema,
  instantSchema,
  moneySchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
  textSchema,
} from './common.ts';
import { namespaceSchema } from './customers.ts';

/** Most rows of one request. */
export const MOST_OPENINGS = 50_000;

const decimalText = z
  .string()
  .regex(/^-?\d{1,30}(\.\d{1,18})?$/u, 'a decimal number as text, such as -120.50')
  .describe('Decimal number as text.');

/** What of a carry a row opens, each with its sign. */
export const OPENING_MEASURES = [
  'base',
  'commission',
  'recoup',
  'ringfenced',
  'tier_metric',
  'tier_quantity',
  'cap_used',
] as const;

const partnerText = z.string().min(1).max(200).describe('prt_..., or the externalRef of the partner.');

export const openingRow = z.strictObject({
  kind: z
    .enum(['balance', 'carry', 'cpa'])
    .describe(
      'balance: what the earlier system owed the partner (or the partner owed). carry: what a component takes over from earlier periods. cpa: a CPA that was paid for a customer.',
    ),
  partner: partnerText.optional().describe('Of a balance and a carry.'),
  currency: currencySchema.optional().describe('Of a balance.'),
  amount: decimalText
    .optional()
    .describe(
      'Of a balance: major units, not zero. Of a carry: the measure; base, commission and recoup zero or less, the others zero or more.',
    ),
  holdUntil: z.iso
    .date()
    .optional()
    .describe('Of a balance: day on which it is approved, in the zone of the program. Default: at once.'),
  component: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("Of a carry: id of the component in the partner's deal."),
  period: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/u, 'a month such as 2026-03')
    .optional()
    .describe('Of a carry: the first month that takes it over.'),
  measure: z.enum(OPENING_MEASURES).optional().describe('Of a carry.'),
  place: z
    .number()
    .int()
    .min(0)
    .max(99)
    .optional()
    .describe('Of cap_used: which cap of the component, from 0.'),
  since: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/u, 'a month such as 2026-03')
    .optional()
    .describe(
      'Of base and commission: the first month that was negative; from it the carry expires. Default: the month that takes it over.',
    ),
  customer: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe(
      "Of a cpa; of recoup and ringfenced where they are kept by customer: the customer's own id in its namespace, or cus_...",
    ),
  namespace: namespaceSchema.default('customer'),
  at: instantSchema.optional().describe('When it was earned or paid. Default: that of the request.'),
  reason: textSchema(500, 'reason').optional().describe('Default: that of the request.'),
});

export const openingRequest = z
  .strictObject({
    programId: programIdSchema,
    rows: z.array(openingRow).min(1).max(MOST_OPENINGS).optional(),
    csv: z
      .string()
      .min(1)
      .optional()
      .describe('The same as text with a header line that names the columns; empty cells say nothing.'),
    at: instantSchema
      .optional()
      .describe(
        'Of rows that say none: when it was earned or paid. Default: now, by the clock of the program.',
      ),
    reason: textSchema(500, 'reason').describe('Why; kept with every row, the change set and the audit.'),
    skipBad: z.boolean().default(false).describe('Take the good rows although others cannot be taken.'),
    dryRun: z.boolean().default(false).describe('Only say what would happen; nothing is written.'),
  })
  .refine(({ rows, csv }) => (rows === undefined) !== (csv === undefined), 'give one of rows and csv');

export const openingReply = z.object({
  changeSet: changeSetReply
    .nullable()
    .describe('It waits for a second person. null: a dry run, or every row was taken before.'),
  rows: z.number().int().describe('What would be opened: rows of one carry count as one.'),
  duplicates: z.number().int().describe('Rows that say again what was opened before: they are left out.'),
  bad: z
    .array(z.object({ row: z.number().int(), code: z.string(), problem: z.string() }))
    .describe('Rows that cannot be taken, by their place from 1 or their line; at most 1,000 are told.'),
  badRows: z.number().int(),
  preview: previewSchema,
});

export const adjustmentRequest = z.strictObject({
  partnerId: partnerIdSchema,
  amount: decimalText.describe('Major units, below zero takes from the partner; not zero.'),
  currency: currencySchema,
  reason: textSchema(500, 'reason').describe('Why. The partner reads it with the line.'),
  at: instantSchema
    .optional()
    .describe('Of what it is for; the statement names its month as the one that is corrected. Default: now.'),
  holdUntil: z.iso
    .date()
    .optional()
    .describe('Day on which it is approved, in the zone of the program. Default: at once.'),
});

export const manualRowReply = z.object({
  row: z.number().int(),
  changeSetId: changeSetIdSchema,
  state: z
    .enum(['proposed', 'applying', 'applied', 'rejected', 'undone'])
    .describe('proposed: waits for a second person. undone: taken back by the inverse set.'),
  kind: z.enum(['balance', 'carry', 'cpa', 'adjustment']),
  partnerId: partnerIdSchema.nullable(),
  customerId: customerIdSchema.nullable(),
  component: z.string().nullable(),
  period: z.string().nullable(),
  money: moneySchema.nullable(),
  carry: z.record(z.string(), z.unknown()).nullable(),
  holdUntil: z.iso.date().nullable(),
  at: instantSchema,
  reason: z.string(),
  createdAt: instantSchema,
  createdBy: z.string(),
  decidedBy: z.string().nullable(),
  decisionNote: z.string().nullable(),
});
export const manualRowPage = pageSchema(manualRowReply);
export const manualRowQuery = z.strictObject({ ...pageQuery });
export const adjustmentListQuery = z.strictObject({
  ...pageQuery,
  partnerId: partnerIdSchema.optional(),
  programId: programIdSchema.optional(),
});
