import { z } from 'zod';
import {
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
export const dealDescriptionReply = z.object({
  id: dealIdSchema,
  sentences: z.array(z.string()).describe('The terms in plain words.'),
});
