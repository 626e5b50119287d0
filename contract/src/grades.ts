import { z } from 'zod';
import {
  dealIdSchema,
  idSchema,
  instantSchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
} from './common.ts';

// Grades that are checked on a date (docs/grades.md).

export const gradeDecisionIdSchema = idSchema('grd', 'decision about a grade');

const gradeName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/u, 'the name of a grade: lower-case letters, digits and hyphens')
  .describe('A grade of the ladder of the deal.');

const reasonText = z.string().trim().min(3).max(500);

export const setGradeRequest = z.strictObject({
  grade: gradeName,
  effectiveFrom: instantSchema
    .optional()
    .describe(
      'From when on it counts; the next check may decide otherwise. Default: now, by the clock of the program.',
    ),
  reason: reasonText.describe('Why. Kept, and shown with the grade.'),
});

export const answerGradeRequest = z.strictObject({
  note: z.string().max(500).default('').describe('Why, where that matters. Default none. Kept.'),
});

export const gradeDecisionReply = z.object({
  id: gradeDecisionIdSchema,
  programId: programIdSchema,
  partnerId: partnerIdSchema,
  partnerName: z.string(),
  kind: z.enum(['check', 'set']).describe('check: by the figures, on its date. set: by a person.'),
  at: instantSchema.describe('The check; of a person the instant from which it counts.'),
  dealId: dealIdSchema.nullable().describe('The version of the deal whose ladder was asked.'),
  before: z.string(),
  after: z.string(),
  effectiveFrom: instantSchema.describe('From when on `after` counts.'),
  earned: z.string().nullable().describe('What the figures alone would give. null: nobody asked them.'),
  belowSince: instantSchema
    .nullable()
    .describe('Since which check too little was found without a break; a grace is counted from it.'),
  seen: z
    .object({
      from: z.iso.date().nullable().describe('First day of the window; null = from the beginning.'),
      until: z.iso.date().describe('The day after its last one.'),
      figures: z.record(z.string(), z.string()),
      withoutRate: z.array(z.string()).describe('Currencies that were left out because there was no rate.'),
      factsVersion: z.number().int(),
      readAt: instantSchema.describe('When the figures were read, in real time.'),
      underWay: z.boolean().describe('Evidence was still on its way after a minute of waiting.'),
    })
    .nullable()
    .describe('What the check saw. null: a person decided.'),
  state: z.enum(['counts', 'waiting', 'rejected']).describe('waiting: it counts when a person approves it.'),
  reason: z.string().nullable(),
  recordedAt: instantSchema,
  recordedBy: z.string(),
  answer: z
    .object({
      verdict: z.enum(['approved', 'rejected']),
      note: z.string(),
      at: instantSchema,
      by: z.string(),
    })
    .nullable(),
  wouldDiffer: z
    .object({
      code: z.literal('decision_would_differ'),
      after: z.string(),
      effectiveFrom: instantSchema,
      figures: z.record(z.string(), z.string()),
    })
    .nullable()
    .describe(
      'What the same check would decide by the figures as they stand now, where it is something else. The recorded decision stands; a person may set the grade.',
    ),
});
export const gradeDecisionPage = pageSchema(gradeDecisionReply);

export const gradeDecisionQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  partnerId: partnerIdSchema.optional(),
  state: z
    .enum(['waiting', 'changed'])
    .optional()
    .describe('waiting: those that a person must answer. changed: those that changed a grade.'),
  wouldDiffer: z
    .enum(['true'])
    .optional()
    .describe(
      'Only checks that would decide otherwise by now. The newest 2,000 are looked at; such a list has one page.',
    ),
});

export const partnerGradeReply = z.object({
  partnerId: partnerIdSchema,
  grade: z.string().nullable().describe('The grade in force now. null: the deal has none.'),
  since: instantSchema.nullable().describe('null: nothing was decided yet, it is the one to begin with.'),
  decisionId: gradeDecisionIdSchema.nullable(),
  scheduled: z
    .object({ grade: z.string(), from: instantSchema, decisionId: gradeDecisionIdSchema })
    .nullable()
    .describe('What was decided and begins later.'),
  waiting: z.number().int().describe('Decisions that wait for a person.'),
  nextCheck: instantSchema.nullable(),
  next: z
    .object({
      grade: z.string(),
      match: z.enum(['all', 'any']),
      needs: z.array(
        z.object({ metric: z.string(), atLeast: z.string(), seen: z.string(), missing: z.string() }),
      ),
    })
    .nullable()
    .describe(
      'The next higher grade, with what is missing by the figures that the next check will count. null: it has the highest.',
    ),
  sentences: z.array(z.string()),
});
