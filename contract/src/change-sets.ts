import { z } from 'zod';
import {
  currencySchema,
  idSchema,
  instantSchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
  sourceIdSchema,
  textSchema,
} from './common.ts';

export const changeSetIdSchema = idSchema('chg', 'change set');

const window = {
  source: z.string().min(1).max(64).describe('Slug or id of the source.'),
  version: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'The version of its mapping that is applied. Default: the one in force. Undo = apply the former one.',
    ),
  from: instantSchema
    .optional()
    .describe('Deliveries that were stored at this instant or later. Default: all.'),
  to: instantSchema.optional().describe('Before this instant. Default: now.'),
};

export const changeSetRequest = z.strictObject({
  ...window,
  note: z.string().trim().min(3).max(500).describe('Why: kept in the audit.'),
});
export const changeSetForecastRequest = z.strictObject(window);

const counts = {
  deliveries: z.number().int().describe('Deliveries that were read again.'),
  changed: z
    .number()
    .int()
    .describe('Events whose content changes, those that are not told any more among them.'),
  away: z
    .number()
    .int()
    .describe('Events that are not told any more: they stay, unsettled, and pay nothing.'),
  added: z.number().int().describe('Events that were not told before.'),
  settled: z.number().int().describe('Quarantined items that can be read now.'),
};

export const changeSetForecastReply = z.object({
  ...counts,
  version: z.number().int(),
  complete: z.boolean().describe('false: there are more deliveries than were looked at.'),
});

export const changeSetKind = z.enum([
  'remap',
  'merge',
  'unmerge',
  'reassignment',
  'move',
  'opening',
  'adjustment',
  'deal',
  'rates',
]);
export const changeSetState = z
  .enum(['proposed', 'running', 'done', 'failed', 'stopped', 'rejected', 'undone'])
  .describe(
    'proposed: waits for a second person. running: is being applied. done: applied. failed, stopped: applied in part, can go on. rejected: nothing was applied. undone: its inverse is done.',
  );

/** What a change would do, before it is made. */
export const previewSchema = z.object({
  customers: z.object({
    looked: z.number().int(),
    changed: z.number().int().describe('Customers whose commission changes.'),
  }),
  events: z.object({ looked: z.number().int(), changed: z.number().int() }),
  partners: z.number().int().describe('Partners whose commission changes.'),
  money: z.array(
    z.object({
      partnerId: partnerIdSchema,
      partner: z.string().describe('Name of the partner.'),
      currency: currencySchema,
      before: z.string().describe('Commission of the customers concerned as it stands, major units.'),
      after: z.string(),
      difference: z.string(),
      byComponent: z.record(z.string(), z.string()).describe('Differences by component.'),
    }),
  ),
  moves: z.object({
    amount: z
      .string()
      .nullable()
      .describe(
        'What all lines together would move, none set against another; null: an exchange rate is missing.',
      ),
    currency: currencySchema.describe("The program's base currency."),
  }),
  isComplete: z.boolean().describe('false: there was more than a preview looks at.'),
  notComputed: z.array(z.string()),
});

export const changeSetReply = z.object({
  id: changeSetIdSchema,
  kind: changeSetKind,
  what: z.record(z.string(), z.unknown()).describe('What is changed, of other kinds than remap.'),
  sourceId: sourceIdSchema.nullable().describe('Of a remap, as are source, version, from and to.'),
  source: z.string().nullable(),
  programId: programIdSchema,
  version: z.number().int().nullable(),
  from: instantSchema.nullable(),
  to: instantSchema.nullable(),
  note: z.string(),
  state: changeSetState,
  progress: z.object(counts),
  share: z.number().min(0).max(1).describe('Part of the time that was gone through, 0 to 1.'),
  error: z.string().nullable(),
  preview: previewSchema
    .nullable()
    .describe('As it was when the set was proposed. null: made before there were previews.'),
  limit: z
    .object({ amount: z.string(), currency: currencySchema })
    .describe("The program's restatementLimit: above it a second person must agree."),
  needsSecondPerson: z.boolean(),
  createdAt: instantSchema,
  createdBy: z.string().describe('Who proposed it: a person (usr_) or a key (key_).'),
  decidedAt: instantSchema.nullable(),
  decidedBy: z.string().nullable().describe('Who approved or rejected it.'),
  decisionNote: z.string().nullable(),
  undoes: changeSetIdSchema.nullable().describe('The set of which this is the inverse.'),
  undoneBy: changeSetIdSchema.nullable().describe('The inverse of this set, also while it waits or runs.'),
  releasedAt: instantSchema
    .nullable()
    .describe(
      'When a person released what the set brought. Until then it is held (restatement_review); what it takes away is taken at once.',
    ),
  releasedBy: z.string().nullable(),
  releaseNote: z.string().nullable(),
  releaseLimit: z
    .string()
    .nullable()
    .describe(
      'Released by its proposer alone: up to this much of the base currency, the limit of that time. null: another person released it, or nobody.',
    ),
  releaseFull: z
    .boolean()
    .describe(
      'The set brought more than `releaseLimit`, because evidence changed after its preview: the rest waits for another person to release the set.',
    ),
  endedAt: instantSchema.nullable(),
});
export type ChangeSetReply = z.infer<typeof changeSetReply>;
export const changeSetPage = pageSchema(changeSetReply);
export const changeSetListQuery = z.strictObject({
  ...pageQuery,
  source: z.string().min(1).max(64).optional().describe('Slug of the source.'),
  programId: programIdSchema.optional(),
  kind: changeSetKind.optional(),
  state: changeSetState.optional(),
});
export const changeSetParams = z.strictObject({ id: changeSetIdSchema });
export const changeSetDecisionRequest = z.strictObject({
  note: textSchema(500, 'note').describe('Why; kept in the audit and with the change set.'),
});
export const changeSetUndoRequest = z.strictObject({
  note: textSchema(500, 'note').describe('Why; kept in the audit and with the change set.'),
  version: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Of a re-map: the version to go back to. Default: the one that read these deliveries before.'),
});
