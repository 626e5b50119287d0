import { z } from 'zod';
import {
  commissionIdSchema,
  currencySchema,
  endpointIdSchema,
  idSchema,
  instantSchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
} from './common.ts';

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
