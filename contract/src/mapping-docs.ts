import { z } from 'zod';
import { instantSchema, sourceIdSchema } from './common.ts';

export const mappingDocumentationQuery = z.strictObject({
  version: z.coerce.number().int().min(1).optional().describe('Default: the version in force.'),
  format: z.enum(['json', 'markdown']).default('json'),
});

export const mappingDocumentationReply = z.object({
  source: z.object({
    id: sourceIdSchema,
    slug: z.string(),
    name: z.string(),
    preset: z.string(),
    registrar: z.boolean(),
  }),
  version: z.number().int(),
  inForce: z.number().int(),
  name: z.string(),
  description: z.string(),
  format: z.string(),
  rowsAre: z.string().nullable().describe('snapshot or delta, where the mapping says so.'),
  rows: z.array(z.string()).describe('Where the rows are, tried in order.'),
  knownFields: z.array(z.string()).describe('Known and not read.'),
  fields: z.array(
    z.object({
      role: z.string().describe('Canonical field, such as amount or execution.lots.'),
      meaning: z.string(),
      paths: z.array(z.string()).describe('Fields of the row, in order of preference.'),
      rule: z.string(),
      feed: z.string().nullable().describe('null: every feed without a part of its own.'),
      type: z.enum(['text', 'number', 'time']),
      format: z.string(),
      currency: z.string().nullable(),
      identifier: z.string().nullable().describe('Namespace in which the value names somebody.'),
      codes: z.array(z.object({ code: z.string(), meaning: z.string() })),
      otherwise: z.string().nullable(),
      seen: z.number().int().describe('Rows looked at that carry it.'),
      lastSeenAt: instantSchema.nullable(),
      samples: z.array(z.string()).describe('Shapes: letters as A and a, digits as 9.'),
    }),
  ),
  ignored: z.array(
    z.object({
      rule: z.string(),
      reason: z.string(),
      detail: z.string(),
      sentence: z.string(),
      feed: z.string().nullable(),
    }),
  ),
  settings: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      description: z.string(),
      required: z.boolean(),
      value: z.string().nullable(),
    }),
  ),
  feeds: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      own: z.boolean().describe('The mapping has a part for this feed alone.'),
      rows: z.number().int().describe('Rows looked at.'),
    }),
  ),
  versions: z.array(
    z.object({
      version: z.number().int(),
      createdAt: instantSchema,
      createdBy: z.string(),
      reason: z.string().nullable(),
      changes: z.array(z.string()).describe('Against the version before, in words.'),
    }),
  ),
});
