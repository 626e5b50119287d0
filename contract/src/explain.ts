import { z } from 'zod';
import {
  commissionIdSchema,
  customerIdSchema,
  eventIdSchema,
  instantSchema,
  moneySchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
} from './common.ts';
import { periodSchema } from './periods.ts';

// Explanations: from the cent to the raw bytes, by value and by reference, and as sentences.

const reasonSchema = z
  .object({ code: z.string(), operator: z.string(), partner: z.string() })
  .describe('A stable reason code with its sentence for each audience.');

const sentencesSchema = z.object({
  operator: z.array(z.string()),
  partner: z.array(z.string()).describe('Names no other partner and no customer.'),
});

export interface ExplainTreeNode {
  kind: string;
  title: string;
  ref?: string | undefined;
  value: Record<string, unknown>;
  children: ExplainTreeNode[];
}
const treeNode: z.ZodType<ExplainTreeNode> = z
  .object({
    kind: z
      .string()
      .describe(
        'commission, line, deal, hierarchy, posting, settlement_group, event, trade, opening, customer, identifier, attribution, gate, revisions, delivery, period_input; of a month: settlement, step, carried, contributors, candidates ...',
      ),
    title: z.string(),
    ref: z.string().optional().describe('Id of the thing, when it has one.'),
    value: z.record(z.string(), z.unknown()).describe('Its content.'),
    get children() {
      return z.array(treeNode);
    },
  })
  .meta({ id: 'ExplainNode' });

const lineState = z.enum(['not_booked', 'accrued', 'held', 'approved', 'paid', 'cancelled']);

export const explainedLineSchema = z.object({
  naturalKey: z
    .string()
    .describe('What the line is an amount for: event or customer, component, partner, level.'),
  component: z.string(),
  partnerId: partnerIdSchema,
  partnerName: z.string(),
  level: z.number().int().describe('Depth of the partner when it happened, top = 1.'),
  desired: moneySchema.nullable().describe('What the evidence gives now; null: nothing any more.'),
  booked: moneySchema.describe('Sum of the postings.'),
  state: lineState,
  reason: reasonSchema.nullable().describe('Why it is held.'),
  basis: z
    .record(z.string(), z.string())
    .describe(
      'How the amount came about: lots, rate, mode, exact amount before rounding; or the qualifying deposit.',
    ),
  sentences: sentencesSchema,
  postings: z.array(
    z.object({ id: commissionIdSchema, amount: moneySchema, state: lineState, bookedAt: instantSchema }),
  ),
});

export const eventExplanationReply = z.object({
  id: eventIdSchema,
  kind: z.literal('event'),
  summary: z.string().describe('One sentence that says it all.'),
  state: z.enum(['moving', 'parked', 'waiting', 'failed', 'decided']),
  reason: reasonSchema.nullable().describe('Why it paid nothing, or why it waits.'),
  amounts: z.array(moneySchema).describe('Sum of all lines, per currency.'),
  missing: z.array(z.string()).describe('What must arrive before the event goes on.'),
  sentences: sentencesSchema,
  lines: z.array(explainedLineSchema),
  brings: z
    .array(
      z.object({
        partnerId: partnerIdSchema,
        partnerName: z.string(),
        component: z.string(),
        period: periodSchema,
        measures: z.record(z.string(), z.string()),
        candidate: z
          .object({ amount: z.string(), at: instantSchema })
          .nullable()
          .describe('It is paid whole or not at all, in its order: unrounded, in the currency of the deal.'),
      }),
    )
    .describe('What it adds to components that are settled by month.'),
  tree: treeNode,
});
export type EventExplanationReply = z.infer<typeof eventExplanationReply>;

export const commissionExplanationReply = z.object({
  id: commissionIdSchema,
  kind: z.literal('commission'),
  summary: z.string(),
  amount: moneySchema.describe('Of this row; the line may have several.'),
  state: lineState,
  reason: reasonSchema.nullable(),
  eventId: eventIdSchema
    .nullable()
    .describe(
      'The event that caused it; null for what is settled by month, which has many, and for rows by hand.',
    ),
  period: periodSchema
    .nullable()
    .describe('The month that it settles; null for what comes from one event, or from a row by hand.'),
  sentences: sentencesSchema,
  line: explainedLineSchema,
  tree: treeNode,
});
export type CommissionExplanationReply = z.infer<typeof commissionExplanationReply>;

const settlementPlace = {
  partnerId: partnerIdSchema,
  period: periodSchema,
  component: z.string(),
};

/** One month of one component, whether it pays something or nothing. */
export const settlementExplanationReply = z.object({
  ...settlementPlace,
  kind: z.literal('settlement'),
  summary: z.string(),
  amount: moneySchema.describe('What the month is worth by what is known now.'),
  provisional: z.boolean().describe('The month is not closed.'),
  reason: reasonSchema.nullable().describe('Why it is zero, or less than the rate says.'),
  sentences: sentencesSchema,
  line: explainedLineSchema,
  tree: treeNode,
});
export type SettlementExplanationReply = z.infer<typeof settlementExplanationReply>;

export const settlementParams = z.strictObject({
  id: partnerIdSchema,
  period: periodSchema,
  component: z.string().min(1).max(100),
});
export const contributorQuery = z.strictObject({ ...pageQuery });
export const contributorPage = pageSchema(
  z.object({
    kind: z.enum(['customer', 'partner']).describe('partner: a partner below, whose commission counts.'),
    customerId: customerIdSchema.nullable(),
    partnerId: partnerIdSchema.nullable(),
    name: z.string(),
    measures: z.record(z.string(), z.string()).describe('What it brought, in the currency of the deal.'),
  }),
);
export const contributingEventQuery = z.strictObject({
  ...pageQuery,
  customerId: customerIdSchema.describe('Whose events.'),
});
export const contributingEventPage = pageSchema(
  z.object({
    eventId: eventIdSchema,
    kind: z.string(),
    externalId: z.string(),
    occurredAt: instantSchema,
    measures: z.record(z.string(), z.string()),
  }),
);

export const reasonListReply = z.object({
  items: z.array(
    z.object({
      code: z.string(),
      group: z.string().describe('Where it arises: intake, identity, attribution, qualification, trade ...'),
      operator: z.string().describe('The sentence for those who run the program.'),
      partner: z.string().describe('The sentence for partners; names no other partner.'),
    }),
  ),
});
