import { z } from 'zod';
import {
  currencySchema,
  documentSchema,
  eventIdSchema,
  idSchema,
  instantSchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  sourceIdSchema,
  textSchema,
} from './common.ts';
import { mappingText, sourceSettings } from './sources.ts';

export const trialIdSchema = idSchema('trl', 'trial');
export const trialState = z.enum(['running', 'done', 'failed', 'cancelled', 'approval', 'applied']);

export const startTrialRequest = z
  .strictObject({
    document: documentSchema
      .optional()
      .describe('A draft of the mapping; see /v1/schemas/mapping. Either this or text is needed.'),
    text: mappingText.optional(),
    settings: sourceSettings
      .optional()
      .describe("Settings of the source to try with. Default: the source's."),
    days: z
      .number()
      .int()
      .min(1)
      .max(366)
      .optional()
      .describe('Deliveries of the last so many days. Default 7, unless from and to are given.'),
    from: instantSchema.optional().describe('Deliveries received at this instant or later.'),
    to: instantSchema.optional().describe('Deliveries received before this instant.'),
  })
  .refine((body) => body.days === undefined || (body.from === undefined && body.to === undefined), {
    message: 'give either days or from and to',
    path: ['days'],
  })
  .refine((body) => (body.from === undefined) === (body.to === undefined), {
    message: 'from and to come together',
    path: ['from'],
  });

const counts = z.record(z.string(), z.number().int());
const fieldDifference = z.object({
  path: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
});

export const trialResult = z.object({
  deliveries: z.number().int(),
  items: z.object({
    before: counts.describe('Items by outcome, as the mapping in force reads them.'),
    after: counts.describe('As the draft reads them.'),
    moved: z.array(z.object({ from: z.string(), to: z.string(), count: z.number().int() })),
  }),
  reasons: z.object({ before: counts, after: counts }),
  events: z.object({ added: z.number().int(), changed: z.number().int(), gone: z.number().int() }),
  byKind: z.record(z.string(), z.partialRecord(z.enum(['added', 'changed', 'gone']), z.number().int())),
  samples: z.array(
    z.object({
      change: z.enum(['added', 'changed', 'gone']),
      eventId: eventIdSchema,
      kind: z.string(),
      externalId: z.string(),
      fields: z.array(fieldDifference),
    }),
  ),
  money: z.array(
    z.object({
      partnerId: partnerIdSchema,
      partner: z.string().describe('Name of the partner.'),
      currency: currencySchema,
      before: z
        .string()
        .describe('Commission of the customers concerned by the evidence as it stands, major units.'),
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
  customers: z.object({ looked: z.number().int(), changed: z.number().int() }),
  partners: z.number().int(),
  warnings: z.array(z.string()),
  isComplete: z.boolean().describe('false: there was more than a trial looks at.'),
  notComputed: z.array(z.string()),
  ms: z.number().int(),
});

export const trialReply = z.object({
  id: trialIdSchema,
  sourceId: sourceIdSchema,
  source: z.string(),
  mappingVersion: z
    .number()
    .int()
    .describe('In force when the trial was started: what the draft is compared with.'),
  from: instantSchema,
  to: instantSchema,
  state: trialState.describe('approval: somebody wants it applied, and a second person must agree.'),
  progress: z.object({
    stage: z.string(),
    done: z.number().int(),
    total: z.number().int().describe('0 = unknown.'),
  }),
  error: z.string().nullable(),
  createdAt: instantSchema,
  createdBy: z.string(),
  askedAt: instantSchema.nullable(),
  askedBy: z.string().nullable(),
  note: z.string().nullable(),
  appliedAt: instantSchema.nullable(),
  appliedBy: z.string().nullable(),
  appliedVersion: z.number().int().nullable(),
  changeSetId: z
    .string()
    .nullable()
    .describe('The change set that brings the deliveries of the time to the new version.'),
});
export const trialDetailReply = trialReply.extend({
  document: documentSchema,
  settings: sourceSettings,
  result: trialResult.nullable(),
  limit: z
    .object({ amount: z.string(), currency: currencySchema })
    .describe('Above it a second person must agree.'),
  needsSecondPerson: z.boolean(),
});
export const trialPage = pageSchema(trialReply);
export const trialListQuery = z.strictObject({
  ...pageQuery,
  source: z.string().min(1).max(64).optional().describe('Slug of the source.'),
  state: trialState.optional(),
});
export const trialParams = z.strictObject({ id: trialIdSchema });
export const applyTrialRequest = z.strictObject({
  note: textSchema(500, 'note').describe('Why; kept in the audit and with the change set.'),
});
