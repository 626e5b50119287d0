import { z } from 'zod';
import {
  currencySchema,
  dealIdSchema,
  documentSchema,
  effectiveFromSchema,
  instantSchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
} from './common.ts';

export const createDealRequest = z.strictObject({
  programId: programIdSchema,
  partnerId: partnerIdSchema
    .nullable()
    .default(null)
    .describe("null: the program's default deal, for every partner without one of its own."),
  effectiveFrom: effectiveFromSchema
    .optional()
    .describe(
      'In force from this instant on; null = from the beginning. May be left out for the first version only, then it is null.',
    ),
  document: documentSchema.describe('The terms; see /v1/schemas/deal. Defaults are filled in.'),
});

export const dealReply = z.object({
  id: dealIdSchema,
  programId: programIdSchema,
  partnerId: partnerIdSchema.nullable(),
  version: z.number().int(),
  effectiveFrom: effectiveFromSchema,
  document: documentSchema,
  createdAt: instantSchema,
  createdBy: z.string(),
});
export const dealPage = pageSchema(dealReply);
export const dealListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  partnerId: partnerIdSchema.optional(),
});
export const dealCheckReply = z.object({
  document: documentSchema.describe('The document with every default filled in.'),
  sentences: z.array(z.string()).describe('The terms in plain words.'),
});

export const dealTemplate = z.object({
  id: z.string(),
  vertical: z.enum(['forex', 'igaming', 'prop']),
  name: z.string(),
  says: z.string().describe('For whom it is.'),
  document: documentSchema.describe('A valid deal. Its figures are examples, to be replaced.'),
  sentences: z.array(z.string()).describe('The terms in plain words.'),
});
export const dealTemplateList = z.object({ items: z.array(dealTemplate) });
export const dealTemplateQuery = z.strictObject({
  vertical: z.enum(['forex', 'igaming', 'prop']).optional(),
  currency: currencySchema.optional().describe('The currency of the documents. Default USD.'),
});

export const dealDescriptionReply = z.object({
  id: dealIdSchema,
  sentences: z.array(z.string()).describe('The terms in plain words.'),
});
