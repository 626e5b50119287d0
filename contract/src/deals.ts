import { z } from 'zod';
import { changeSetIdSchema, previewSchema } from './change-sets.ts';
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
  textSchema,
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
  reason: textSchema(500, 'reason')
    .optional()
    .describe('Why; kept in the audit, and with the change set where there is one.'),
});

export const dealReply = z.object({
  id: dealIdSchema,
  programId: programIdSchema,
  partnerId: partnerIdSchema.nullable(),
  version: z.number().int(),
  effectiveFrom: effectiveFromSchema,
  document: documentSchema,
  ends: z
    .enum(['nothing', 'default'])
    .nullable()
    .describe(
      'The deal ends here without a successor. nothing: from effectiveFrom on it pays nothing. default: the default deal of the program takes over. null = these are terms.',
    ),
  createdAt: instantSchema,
  createdBy: z.string(),
  changeSetId: changeSetIdSchema
    .nullable()
    .describe(
      'The change set by which it was written, where it reached into what was decided. Undo it there.',
    ),
  retraction: z
    .object({ at: instantSchema, by: z.string(), reason: z.string() })
    .nullable()
    .describe('It was taken back: it never was, and its instant is free again. null = it stands.'),
});
export const dealParams = z.strictObject({ id: dealIdSchema });
export const dealRetractionRequest = z.strictObject({
  reason: textSchema(500, 'reason').describe('Why; kept with the version and in the audit.'),
});
export const dealEndPreviewRequest = z.strictObject({
  endsAt: instantSchema.describe(
    'From this instant on its terms do not hold. The start of a month of the program, where something is settled by month.',
  ),
  next: z
    .enum(['nothing', 'default'])
    .default('nothing')
    .describe('What pays from then on: nothing, or the default deal of the program.'),
});
export const dealEndRequest = dealEndPreviewRequest.extend({
  reason: textSchema(500, 'reason').describe(
    'Why; kept in the audit, and with the change set where there is one.',
  ),
});
export const dealPreviewReply = z.object({
  way: z
    .enum(['at_once', 'change_set', 'second_person'])
    .describe(
      'at_once: nothing that was decided depends on it. change_set: it is a change set that is applied at once, and what it brings is held for review. second_person: it is a change set that another person must approve first.',
    ),
  preview: previewSchema
    .nullable()
    .describe('What it would do to what was decided; null: it begins in the future.'),
  limit: z
    .object({ amount: z.string(), currency: currencySchema })
    .describe("The program's restatementLimit: above it a second person must agree."),
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
