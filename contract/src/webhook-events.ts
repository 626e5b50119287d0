import { z } from 'zod';
import {
  commissionIdSchema,
  currencySchema,
  customerIdSchema,
  endpointIdSchema,
  idSchema,
  instantSchema,
  linkIdSchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
} from './common.ts';
import { gradeDecisionIdSchema } from './grades.ts';

export const webhookIdSchema = idSchema('msg', 'webhook').describe(
  'Id of a webhook: the header webhook-id, the same on every attempt.',
);

/** Body of the webhook `commission.accrued`: what one turn has booked for one partner. */
export const commissionAccruedEvent = z.object({
  type: z.literal('commission.accrued'),
  timestamp: instantSchema.describe("When it was booked, by the program's clock."),
  data: z.object({
    programId: programIdSchema,
    partnerId: partnerIdSchema,
    count: z.number().int().describe('Commissions booked in this turn.'),
    totals: z.array(
      z.object({
        component: z.string(),
        amount: z.string().describe('Decimal string; negative when corrections outweigh what was earned.'),
        currency: currencySchema,
      }),
    ),
    commissionIds: z.array(commissionIdSchema).max(20),
    hasMore: z.boolean().describe('True when there are more commissions than are named here.'),
  }),
});

/** Body of the webhook `commission.changed`: commissions that the partner knew are held, released or taken back, and why. */
export const commissionChangedEvent = z.object({
  type: z.literal('commission.changed'),
  timestamp: instantSchema.describe("When it was booked, by the program's clock."),
  data: z.object({
    programId: programIdSchema,
    partnerId: partnerIdSchema,
    changes: z.array(
      z.object({
        change: z.enum(['held', 'released', 'reversed']),
        reason: z.string().describe('Reason code: self_excluded, kyc_failed, chargeback, corrected ...'),
        sentence: z.string().describe('The same in words for the partner.'),
        component: z.string(),
        count: z.number().int().describe('Commissions that changed.'),
        amount: z.string().describe('Decimal string above zero.'),
        currency: currencySchema,
      }),
    ),
  }),
});

const partnerRef = z.string().nullable().describe('Your own id of the partner (externalRef).');
const bondFields = {
  programId: programIdSchema,
  customerId: customerIdSchema,
  customer: z
    .object({ namespace: z.string(), value: z.string() })
    .describe("The registrar's own name of the customer: how the CRM knows them."),
  sequence: z
    .number()
    .int()
    .describe(
      'Which change of this customer it is, from 1. Webhooks may overtake each other: the highest counts.',
    ),
  effectiveFrom: instantSchema
    .nullable()
    .describe(
      "From when on the customer is another one's; null = from the beginning. May be past or future.",
    ),
  partnerId: partnerIdSchema.nullable().describe('From then on; null = nobody.'),
  partnerRef,
};
const bondCause = {
  by: z.enum(['click', 'code', 'manual']).nullable().describe('What won; null = nothing did.'),
  campaign: z.string().nullable(),
  linkId: linkIdSchema.nullable(),
  code: z.string().nullable(),
  changeSetId: idSchema('chg', 'change set')
    .nullable()
    .describe('The change set that brought it, where there is one.'),
  reason: z
    .string()
    .nullable()
    .describe('Reason code, where there is one: reassigned, merged, geo_not_licensed ...'),
  sentence: z.string().describe('The same in words.'),
  bonds: z
    .array(z.object({ from: instantSchema.nullable(), partnerId: partnerIdSchema.nullable(), partnerRef }))
    .describe("All of the customer's partners over time as they stand now, oldest first."),
};

/** Body of the webhook `customer.attributed`: a customer has a partner for the first time. */
export const customerAttributedEvent = z.object({
  type: z.literal('customer.attributed'),
  timestamp: instantSchema.describe("When it was decided, by the program's clock."),
  data: z.object({ ...bondFields, ...bondCause }),
});

/** Body of the webhook `customer.reassigned`: a customer who had a partner has another one, or none, from an instant on. */
export const customerReassignedEvent = z.object({
  type: z.literal('customer.reassigned'),
  timestamp: instantSchema.describe("When it was decided, by the program's clock."),
  data: z.object({
    ...bondFields,
    previousPartnerId: partnerIdSchema.nullable().describe('Whose the customer was at that instant before.'),
    previousPartnerRef: partnerRef,
    mergedInto: customerIdSchema
      .nullable()
      .describe('The customer with whom this one lives, where it was merged away.'),
    ...bondCause,
  }),
});

/** Body of the webhook `partner.moved`: a partner, with everybody below it, stands below another one. Its customers stay its own. */
export const partnerMovedEvent = z.object({
  type: z.literal('partner.moved'),
  timestamp: instantSchema.describe("When it was told, by the program's clock."),
  data: z.object({
    programId: programIdSchema,
    partnerId: partnerIdSchema,
    partnerRef,
    effectiveFrom: instantSchema.describe('May be past or future.'),
    parentId: partnerIdSchema.nullable().describe('From then on; null = at the top.'),
    parentRef: partnerRef,
    previousParentId: partnerIdSchema.nullable(),
    previousParentRef: partnerRef,
    takenBack: z.boolean().describe('True: an earlier move from this instant on was taken back.'),
    reason: z.string().nullable(),
  }),
});

/** Body of the webhook `partner.graded`: what was decided of a partner's grade, by a check on its date or by people. */
export const partnerGradedEvent = z.object({
  type: z.literal('partner.graded'),
  timestamp: instantSchema.describe("When it was told, by the program's clock."),
  data: z.object({
    programId: programIdSchema,
    partnerId: partnerIdSchema,
    partnerRef,
    decisionId: gradeDecisionIdSchema.describe('GET /v1/grade-decisions/{id} says what was seen.'),
    grade: z.string().describe('From effectiveFrom on.'),
    previousGrade: z
      .string()
      .describe('Until then. The same as grade: what an earlier decision had foreseen does not come.'),
    effectiveFrom: instantSchema.describe('May be past or future.'),
    decidedAt: instantSchema.describe(
      'The check, or from when on the word of people counts. Of two about one partner the later one holds.',
    ),
    by: z.enum(['check', 'person']),
    reason: z.string().nullable().describe('Of people: why.'),
  }),
});

/** Body of the webhook `commission.restated`: what one correction of earlier data brought to a partner and took, in one message. */
export const commissionRestatedEvent = z.object({
  type: z.literal('commission.restated'),
  timestamp: instantSchema.describe("When it was told, by the program's clock."),
  data: z.object({
    programId: programIdSchema,
    partnerId: partnerIdSchema,
    changeSetId: idSchema('chg', 'change set'),
    sentence: z.string().describe('In words for the partner.'),
    totals: z.array(
      z.object({
        component: z.string(),
        currency: currencySchema,
        added: z
          .string()
          .describe('Decimal string, zero or more: held until it is reviewed (`restatement_review`).'),
        taken: z.string().describe('Decimal string, zero or more: taken back.'),
        count: z.number().int().describe('Commissions that differ.'),
      }),
    ),
  }),
});

export const webhookDeliveryReply = z.object({
  id: webhookIdSchema,
  endpointId: endpointIdSchema,
  eventType: z.string(),
  state: z.enum(['pending', 'delivered', 'dead']),
  attempts: z.number().int(),
  createdAt: instantSchema,
  nextAttemptAt: instantSchema.nullable().describe('null unless it is pending.'),
});
export const webhookDeliveryDetailReply = webhookDeliveryReply.extend({
  payload: z.record(z.string(), z.unknown()).describe('The body that is sent.'),
  log: z.array(
    z.object({
      attempt: z.number().int(),
      attemptedAt: instantSchema,
      status: z
        .number()
        .int()
        .nullable()
        .describe('null: the receiver could not be reached or did not answer.'),
      error: z.string().nullable(),
      response: z.string().nullable().describe('The beginning of the answer.'),
      durationMs: z.number().int(),
    }),
  ),
});
export const webhookDeliveryPage = pageSchema(webhookDeliveryReply);
export const webhookDeliveryListQuery = z.strictObject({
  ...pageQuery,
  endpointId: endpointIdSchema.optional(),
  state: z.enum(['pending', 'delivered', 'dead']).optional(),
});
