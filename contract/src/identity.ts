import { z } from 'zod';
import { changeSetReply, previewSchema } from './change-sets.ts';
import {
  customerIdSchema,
  idSchema,
  instantSchema,
  moneySchema,
  pageQuery,
  pageSchema,
  programIdSchema,
  textSchema,
} from './common.ts';

export const mergeIdSchema = idSchema('mrg', 'merge');

const reason = textSchema(500, 'reason').describe('Why; kept with the decision and in the audit.');

export const mergePreviewRequest = z.strictObject({
  into: customerIdSchema.describe('The survivor: the customer with whom everything lives afterwards.'),
});
export const mergeRequest = mergePreviewRequest.extend({ reason });
export const mergePreviewReply = previewSchema;
export const mergeEndRequest = z.strictObject({ reason });

export const mergeReply = z.object({
  id: mergeIdSchema,
  programId: programIdSchema,
  customerId: customerIdSchema.describe('Who was merged away.'),
  into: customerIdSchema.describe('The survivor, as it was named; it may have been merged further since.'),
  at: instantSchema.describe(
    'When it was decided, by the clock of the program. Attributions by hand from before fall away.',
  ),
  reason: z.string(),
  decidedBy: z.string(),
  state: z
    .enum(['proposed', 'rejected', 'applying', 'in_force', 'stopped', 'failed', 'ended'])
    .describe(
      'proposed: waits for a second person. applying: events are being moved. ended: as if it had never been.',
    ),
  endedAt: instantSchema.nullable(),
  endedBy: z.string().nullable(),
  endReason: z.string().nullable(),
  changeSetId: idSchema('chg', 'change set').describe('The change set that makes it, with what it would do.'),
});
export type MergeReply = z.infer<typeof mergeReply>;
export const mergeAnswer = mergeReply.extend({ changeSet: changeSetReply });
export const mergePage = pageSchema(mergeReply);
export const mergeParams = z.strictObject({ id: mergeIdSchema });
export const mergeListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  customerId: customerIdSchema.optional().describe('Merges of this customer or into it.'),
});

export const identifierIdSchema = idSchema('idf', 'identifier');
const claimant = z.object({
  customerId: customerIdSchema,
  namespace: z.string().describe('Of the name of the customer.'),
  value: z.string(),
  registeredAt: instantSchema.nullable(),
  claims: z
    .array(
      z.object({
        from: instantSchema.nullable().describe('null: from the beginning.'),
        to: instantSchema.nullable().describe('null: without end.'),
        recordedAt: instantSchema,
      }),
    )
    .describe('Since when it claims the identifier.'),
  resting: z
    .number()
    .int()
    .describe('Events of the identifier that live with it: those from before the overlap.'),
});
export const conflictReply = z.object({
  id: identifierIdSchema,
  programId: programIdSchema,
  namespace: z.string(),
  value: z.string(),
  overlapsFrom: instantSchema
    .nullable()
    .describe(
      "The earliest instant that two claim; from it on the identifier is nobody's. null: from the beginning.",
    ),
  claimants: z.array(claimant),
  parked: z.object({
    events: z.number().int().describe('Events that wait for the decision.'),
    money: z.array(moneySchema).describe('Amounts that they carry, by currency.'),
    since: instantSchema.nullable().describe('When the first of them was parked.'),
  }),
});
export type ConflictReply = z.infer<typeof conflictReply>;
export const conflictPage = pageSchema(conflictReply);
export const conflictParams = z.strictObject({ id: identifierIdSchema });
export const conflictListQuery = z.strictObject({ ...pageQuery, programId: programIdSchema.optional() });
export const conflictDecisionRequest = z.strictObject({
  keep: customerIdSchema.describe('Whose the identifier is where several claim it.'),
  reason,
});
export const conflictDecisionReply = z.object({
  id: identifierIdSchema,
  keep: customerIdSchema,
  denied: z.array(
    z.object({
      customerId: customerIdSchema,
      from: instantSchema.nullable(),
      to: instantSchema.nullable(),
    }),
  ),
  reason: z.string(),
});

const missFigures = {
  resolved: z.number().int().describe('New items whose customer was known when they came.'),
  parked: z
    .number()
    .int()
    .describe('New items that were parked, because nobody or more than one claimed their customer.'),
  released: z.number().int().describe('Of those parked, the ones that have gone on since.'),
  waiting: z.number().int().describe('Of those parked, the ones that still wait.'),
  rate: z.string().describe('parked / (resolved + parked), four places; "0.0000" where nothing came.'),
};
export const missRateReply = z.object({
  source: z.string(),
  since: instantSchema.describe(
    'From when on deliveries are counted: as many days ago as were asked for, or later where more came than is looked at (100,000 group commits).',
  ),
  zone: z.string().describe("The program's: its days are counted, by its clock."),
  total: z.object(missFigures),
  days: z
    .array(z.object({ day: z.string(), ...missFigures }))
    .describe('Newest first; days on which nothing new came are left out.'),
});
export type MissRateReply = z.infer<typeof missRateReply>;
export const missRateQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(366).default(30).describe('How many days back. Default 30.'),
});
