import { z } from 'zod';
import {
  currencySchema,
  documentSchema,
  effectiveFromSchema,
  idSchema,
  instantSchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
  textSchema,
} from './common.ts';
import { periodSchema } from './periods.ts';

// The deal lab: a draft of a deal, or of a move in the tree, over real history (requirements C10). The books are not touched.

export const labRunIdSchema = idSchema('lab', 'run of the deal lab');

const draftDeal = z
  .strictObject({
    partnerId: partnerIdSchema
      .nullable()
      .default(null)
      .describe("Whose deal it would be; null: the program's default deal."),
    effectiveFrom: effectiveFromSchema
      .default(null)
      .describe('From when it would have been in force, in place of every version since. Default: always.'),
    document: documentSchema.describe('The terms; see /v1/schemas/deal.'),
  })
  .describe('A deal as it would be.');
const draftMove = z
  .strictObject({
    partnerId: partnerIdSchema,
    parentId: partnerIdSchema.nullable().describe('null: to the top.'),
    effectiveFrom: instantSchema.describe('Since when it would have stood there.'),
  })
  .describe('A place in the tree as it would be.');

export const startLabRunRequest = z
  .strictObject({
    programId: programIdSchema,
    name: textSchema(120, 'name').describe('What is tried, to find it again.'),
    deal: draftDeal.optional(),
    move: draftMove.optional(),
  })
  .refine(({ deal, move }) => deal !== undefined || move !== undefined, {
    error: 'give a deal, a move, or both: something must be tried',
    path: ['deal'],
  });

const change = {
  before: z.string().describe('As things stand; decimal, major units.'),
  after: z.string().describe('As it would be.'),
  difference: z.string(),
};
export const labMonth = z.object({ month: periodSchema, ...change });

export const labPartner = z.object({
  partnerId: partnerIdSchema,
  partner: z.string().describe('Name of the partner.'),
  currency: currencySchema,
  ...change,
  byComponent: z.record(z.string(), z.string()).describe('Differences by component.'),
  worst: labMonth.nullable().describe('The month in which it would lose most; null: it would lose in none.'),
});

const baseSum = z.object({
  currency: currencySchema.describe("The program's base currency."),
  before: z.string().nullable().describe('null: a rate of exchange is missing.'),
  after: z.string().nullable(),
  difference: z.string().nullable(),
});

export const labResult = z.object({
  customers: z.number().int().describe('Customers that were decided.'),
  events: z.number().int(),
  cost: baseSum.describe('Commission of all partners, at the rates of now.'),
  revenue: z.object({
    basis: z
      .enum(['ngr', 'net_deposits', 'mixed'])
      .describe('What customers brought: NGR where their sources tell it, else net deposits.'),
    currency: currencySchema,
    amount: z.string(),
    withoutRate: z.number().int().describe('Amounts left out because a rate of exchange is missing.'),
  }),
  margin: baseSum.describe('Revenue less cost.'),
  partners: z.object({
    winners: z.number().int(),
    losers: z.number().int(),
    unchanged: z.number().int().describe('Who earns something, and the same.'),
  }),
  money: z
    .array(labPartner)
    .describe('Partners with a change, the largest first; at most 1,000, `notShown` are left out.'),
  notShown: z.number().int(),
  months: z
    .array(labMonth.extend({ currency: currencySchema }))
    .describe('Cost of all partners by the month in which it was earned.'),
  dearest: labMonth
    .extend({ currency: currencySchema })
    .nullable()
    .describe('The month whose cost would rise most; null: in none.'),
  isComplete: z.boolean().describe('false: there was more than a run looks at; see notComputed.'),
  notComputed: z.array(z.string()),
});

export const labRunReply = z.object({
  id: labRunIdSchema,
  programId: programIdSchema,
  name: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  progress: z.object({ stage: z.string(), done: z.number().int(), total: z.number().int() }),
  error: z.string().nullable(),
  createdAt: instantSchema,
  createdBy: z.string(),
});
export const labRunDetailReply = labRunReply.extend({
  deal: z
    .object({
      partnerId: partnerIdSchema.nullable(),
      effectiveFrom: effectiveFromSchema,
      document: documentSchema,
    })
    .nullable(),
  move: z
    .object({
      partnerId: partnerIdSchema,
      parentId: partnerIdSchema.nullable(),
      effectiveFrom: instantSchema,
    })
    .nullable(),
  result: labResult.nullable(),
});
export const labRunPage = pageSchema(labRunReply);
export const labRunListQuery = z.strictObject({ ...pageQuery, programId: programIdSchema.optional() });
export const labRunParams = z.strictObject({ id: labRunIdSchema });
