import { z } from 'zod';
import { changeSetIdSchema, changeSetReply, previewSchema } from './change-sets.ts';
import {
  customerIdSchema,
  effectiveFromSchema,
  factIdSchema,
  instantSchema,
  linkIdSchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
  textSchema,
} from './common.ts';
import { namespaceSchema } from './customers.ts';

/** Most customers of one request. */
export const MOST_REASSIGNED = 50_000;

const reassignmentRow = z.strictObject({
  customer: z.string().min(1).max(300).describe("The customer's own id in its namespace, or cus_..."),
  namespace: namespaceSchema.default('customer'),
  partner: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .optional()
    .describe('prt_..., or the externalRef of the partner; null = organic from here on. Default: `partner`.'),
  effectiveFrom: effectiveFromSchema.optional().describe('Default: that of the request.'),
  reason: textSchema(500, 'reason').optional().describe('Default: that of the request.'),
});

export const reassignmentRequest = z
  .strictObject({
    programId: programIdSchema,
    rows: z.array(reassignmentRow).min(1).max(MOST_REASSIGNED).optional(),
    csv: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The same as text with a header line: customer, and as wanted namespace, partner, effectiveFrom, reason. `organic` as a partner = nobody.',
      ),
    ofPartner: partnerIdSchema
      .optional()
      .describe('All customers who are bound to this partner now, in place of rows.'),
    partner: z
      .string()
      .min(1)
      .max(200)
      .nullable()
      .optional()
      .describe('Of rows that name none: prt_..., or the externalRef; null = organic from here on.'),
    effectiveFrom: effectiveFromSchema
      .optional()
      .describe(
        'Of rows that say none. Default: now, by the clock of the program. null = from the beginning.',
      ),
    reason: textSchema(500, 'reason').describe('Why; kept with every fact, the change set and the audit.'),
    skipBad: z
      .boolean()
      .default(false)
      .describe('Apply the good rows although others cannot be. Default: nothing is applied then.'),
    dryRun: z.boolean().default(false).describe('Only say what would happen; nothing is written.'),
  })
  .refine(
    ({ rows, csv, ofPartner }) => [rows, csv, ofPartner].filter((one) => one !== undefined).length === 1,
    'give one of rows, csv and ofPartner',
  );

const badRow = z.object({
  row: z.number().int().describe('Place in rows from 1, or line of the file.'),
  customer: z.string(),
  code: z.string(),
  problem: z.string(),
});

export const reassignmentReply = z.object({
  changeSet: changeSetReply.nullable().describe('null: a dry run.'),
  rows: z.number().int().describe('Customers who are reassigned, or would be.'),
  bad: z.array(badRow).describe('Rows that cannot be applied; at most 1,000 are told.'),
  badRows: z.number().int(),
  preview: previewSchema,
});

export const reassignmentRowReply = z.object({
  row: z.number().int(),
  customerId: customerIdSchema,
  partnerId: partnerIdSchema.nullable(),
  effectiveFrom: effectiveFromSchema,
  reason: z.string(),
  state: z
    .enum(['waiting', 'applied', 'refused', 'undone'])
    .describe('refused: it could not be applied when its turn came; `problem` says why.'),
  problem: z.string().nullable(),
  factId: factIdSchema.nullable().describe('null unless it was applied.'),
  retracts: factIdSchema
    .nullable()
    .describe('The attribution that the row takes back; null = it writes one.'),
});
export const reassignmentRowPage = pageSchema(reassignmentRowReply);
export const reassignmentRowQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(['waiting', 'applied', 'refused', 'undone']).optional(),
});
export const reassignmentParams = z.strictObject({ id: changeSetIdSchema });

const candidate = z.object({
  kind: z.string().describe('click, code or manual.'),
  partnerId: partnerIdSchema.nullable(),
  linkId: linkIdSchema.optional(),
  campaign: z.string().optional(),
  code: z.string().optional(),
  exclusive: z.boolean().optional(),
  at: instantSchema.nullable(),
  lost: z.string().nullable().describe('Reason code; null = it won.'),
  sentence: z.string(),
});
export const customerAttributionReply = z.object({
  customerId: customerIdSchema,
  bonds: z.array(
    z.object({
      from: instantSchema.nullable().describe('null = from the beginning.'),
      partnerId: partnerIdSchema.nullable().describe('null = nobody.'),
      reason: z.string().nullable(),
      sentence: z.string(),
      winner: candidate.nullable(),
      losers: z.array(candidate),
    }),
  ),
  country: z.string().nullable().describe('At registration; null = nobody said.'),
  countryFrom: z.string().nullable().describe('Whose word it is: declared, kyc or click.'),
  countrySentence: z.string(),
  settled: z.boolean().describe('false: facts were written that the decisions do not know yet.'),
});
