import { z } from 'zod';
import {
  documentSchema,
  instantSchema,
  pageQuery,
  pageSchema,
  programIdSchema,
  slugSchema,
  sourceIdSchema,
  textSchema,
} from './common.ts';

const settingText = z.string().max(500);

/** Settings of a source by name: what the mapping needs to know beyond the payload. */
export const sourceSettings = z
  .record(
    z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,60}$/),
    z.union([settingText, z.record(z.string().max(200), settingText), z.array(settingText).max(1000)]),
  )
  .describe(
    'What the mapping needs beyond the payload: zone, server, currency, symbol suffixes ...; each preset says which.',
  );

export const mappingText = z
  .string()
  .max(2_000_000)
  .describe('The mapping as text, JSON or YAML: then problems name line and column.');

export const createSourceRequest = z.strictObject({
  programId: programIdSchema,
  slug: slugSchema.describe('The name of the source in addresses, unique in the installation.'),
  preset: z
    .string()
    .min(1)
    .max(60)
    .describe('Which connector: a name of GET /v1/presets, such as generic-s2s, mt5 or canonical.'),
  name: textSchema(200, 'name').optional().describe('Default: the slug.'),
  registrar: z
    .boolean()
    .optional()
    .describe("May a registration from here create a customer. Default: the preset's."),
  reply: z
    .enum(['strict', 'legacy'])
    .optional()
    .describe(
      "strict: 4xx for what is refused or quarantined. legacy: 200 with text. Default: the preset's.",
    ),
  commissionableFrom: instantSchema
    .optional()
    .describe(
      'Cut-over: what happened earlier counts for sums, firsts and positions, and pays nothing. Default: all pays.',
    ),
  settings: sourceSettings.default({}),
  mapping: documentSchema.optional().describe("A mapping of your own; default: the preset's."),
  mappingText: mappingText.optional(),
});

export const sourceReply = z.object({
  id: sourceIdSchema,
  programId: programIdSchema,
  slug: z.string(),
  preset: z.string(),
  name: z.string(),
  registrar: z.boolean(),
  reply: z.enum(['strict', 'legacy']),
  settings: sourceSettings,
  commissionableFrom: instantSchema.nullable(),
  mappingVersion: z.number().int(),
  hasToken: z.boolean(),
  createdAt: instantSchema,
});
/** What was written and cannot be meant, such as the meaning "approvd": it is in force, and its rows are quarantined. */
const mappingWarnings = z
  .array(
    z.object({
      path: z.string(),
      message: z.string(),
      line: z.number().int().optional(),
      column: z.number().int().optional(),
    }),
  )
  .optional()
  .describe('Told when a mapping is written: what is in force and was likely not meant. Absent: nothing.');
export const createdSourceReply = sourceReply.extend({
  warnings: mappingWarnings,
  token: z
    .string()
    .describe('The secret of the postback address. It is shown this once and stored only as a hash.'),
  postbackUrl: z.string().describe('Where the outside system sends its postbacks.'),
});
export const sourcePage = pageSchema(sourceReply);
export const sourceListQuery = z.strictObject({ ...pageQuery, programId: programIdSchema.optional() });
export const sourceParams = z.strictObject({
  source: z.string().min(1).max(64).describe('Slug or id of the source.'),
});

export const updateSourceRequest = z.strictObject({
  name: textSchema(200, 'name').optional(),
  registrar: z.boolean().optional(),
  reply: z.enum(['strict', 'legacy']).optional(),
  commissionableFrom: instantSchema.nullable().optional().describe('null: all pays.'),
});

export const putMappingRequest = z.strictObject({
  document: documentSchema
    .optional()
    .describe('The mapping; see /v1/schemas/mapping. Either this or text is needed.'),
  text: mappingText.optional(),
  settings: sourceSettings.optional().describe('Also replaces the settings of the source.'),
});
export const mappingReply = z.object({
  sourceId: sourceIdSchema,
  version: z.number().int(),
  document: documentSchema,
  createdAt: instantSchema,
  createdBy: z.string(),
  warnings: mappingWarnings,
});
export const mappingQuery = z.strictObject({
  version: z.coerce.number().int().min(1).optional().describe('Default: the version in force.'),
});
