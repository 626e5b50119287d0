import { z } from 'zod';
import {
  documentSchema,
  idSchema,
  instantSchema,
  pageQuery,
  pageSchema,
  programIdSchema,
  sourceIdSchema,
  textSchema,
} from './common.ts';

export const driftIdSchema = idSchema('drf', 'drift signal');

export const mappingEdit = z
  .object({
    op: z.enum(['add', 'replace', 'remove']),
    path: z.string().describe('JSON Pointer into the mapping document.'),
    value: z.unknown().optional(),
  })
  .describe('One change of a mapping document, as JSON Patch (RFC 6902).');

export const remedyReply = z.object({
  words: z.string().describe('What to do, in plain words.'),
  edits: z.array(mappingEdit).describe('The change of the mapping in force; empty where none helps.'),
  isGuess: z.boolean().describe('The change is only a place to start from: look at it before you apply it.'),
});

export const driftKind = z.enum(['new_field', 'missing_field', 'retyped_field', 'unseen_code']);
export const driftState = z.enum(['open', 'accepted', 'dismissed']);

export const driftReply = z.object({
  id: driftIdSchema,
  sourceId: sourceIdSchema,
  source: z.string().describe('Slug of the source.'),
  feed: z.string(),
  kind: driftKind,
  path: z.string().describe('Field of the row.'),
  value: z.string().describe('The code of an unseen code, the new type of a retyped field; else empty.'),
  record: z.string().describe('Record type of the rows that show it; empty for rows that could not be read.'),
  sentence: z.string(),
  count: z
    .number()
    .int()
    .describe(
      'Rows that showed it, among those that were looked at; of a missing field: rows without it since.',
    ),
  samples: z
    .array(z.string())
    .describe('Shapes of a few values, letters as A and a, digits as 9: never the values.'),
  firstSeenAt: instantSchema,
  lastSeenAt: instantSchema,
  mappingVersion: z.number().int().describe('In force when it was first seen.'),
  state: driftState,
  decidedBy: z.string().nullable(),
  decidedAt: instantSchema.nullable(),
  why: z.string().nullable(),
  proposal: remedyReply.extend({
    isSettled: z.boolean().describe('The mapping in force knows it already.'),
  }),
});
export const driftPage = pageSchema(driftReply);
export const driftListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  source: z.string().min(1).max(64).optional().describe('Slug of the source.'),
  kind: driftKind.optional(),
  state: z.union([driftState, z.literal('all')]).default('open'),
  q: z.string().trim().min(1).max(200).optional().describe('Part of a field or of a code.'),
  sort: z.enum(['last_seen', 'first_seen', 'count']).default('last_seen').describe('The greatest first.'),
});
export const driftParams = z.strictObject({ id: driftIdSchema });
export const decideDriftRequest = z.strictObject({
  why: textSchema(500, 'why').describe('Kept with the signal and in the audit.'),
});
export const driftProposalReply = z.object({
  signal: driftReply,
  mappingVersion: z.number().int().describe('The version that the draft is made from.'),
  document: documentSchema.describe(
    'The mapping in force with the proposed change in it: open it in a trial.',
  ),
});
