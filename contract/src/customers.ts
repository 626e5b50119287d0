import { z } from 'zod';
import { activityState, customerFigures, daySchema } from './figures.ts';
import {
  customerIdSchema,
  effectiveFromSchema,
  eventIdSchema,
  factIdSchema,
  instantSchema,
  moneySchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
  textSchema,
} from './common.ts';

export const namespaceSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:_.-]{0,99}$/, 'letters, digits and : _ . -, at most 100 characters')
  .describe(
    "Who gave the identifier: `customer` for the CRM's id, `mt5:<server>` for a login, `click` for a click id.",
  );
export const identifierValueSchema = textSchema(300, 'value');

export const identifierSchema = z.object({ namespace: z.string(), value: z.string() });

export const customerReply = z.object({
  id: customerIdSchema,
  programId: programIdSchema,
  namespace: z.string(),
  value: z.string(),
  registeredAt: instantSchema.nullable().describe('null: named by others, not registered yet.'),
  partnerId: partnerIdSchema.nullable().describe('Attributed now; null = organic.'),
  lastActiveDay: daySchema.nullable().describe('The last day with a counted activity; null = none.'),
  createdAt: instantSchema,
});
export const customerPage = pageSchema(customerReply);
export const customerListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  partnerId: partnerIdSchema.optional(),
  search: z.string().min(1).max(300).optional().describe('The whole value of an identifier of the customer.'),
  state: activityState
    .optional()
    .describe("By the program's `dormancy`; needs programId, for its days and thresholds are its own."),
  sort: z
    .enum(['newest', 'longest_inactive'])
    .default('newest')
    .describe('longest_inactive: by the last active day, oldest first; those without any come last.'),
});

export const factReply = z.object({
  id: factIdSchema,
  customerId: customerIdSchema,
  kind: z.enum([
    'attribution',
    'kyc',
    'status',
    'country',
    'identifier_link',
    'identifier_denial',
    'cpa_paid',
    'retraction',
    'begun',
  ]),
  effectiveFrom: effectiveFromSchema,
  effectiveTo: instantSchema.nullable(),
  body: z.record(z.string(), z.unknown()),
  recordedAt: instantSchema,
  recordedBy: z.string(),
});

const total = z.object({ count: z.number().int(), total: moneySchema });
export const customerDetailReply = customerReply.extend({
  attributions: z.array(
    z.object({
      from: instantSchema.nullable(),
      partnerId: partnerIdSchema.nullable(),
      reason: z.string().nullable(),
      candidates: z.array(z.record(z.string(), z.unknown())),
    }),
  ),
  kyc: z.array(z.object({ from: instantSchema.nullable(), status: z.enum(['pending', 'passed', 'failed']) })),
  statuses: z
    .array(
      z.object({
        status: z.enum(['self_excluded', 'cooling_off', 'closed', 'duplicate']),
        from: instantSchema.nullable(),
        to: instantSchema.nullable().describe('null: until further notice.'),
      }),
    )
    .describe('What bars the customer, and when: events inside are neither positive nor negative.'),
  identifiers: z.array(
    z.object({
      namespace: z.string(),
      value: z.string(),
      from: instantSchema.nullable(),
      to: instantSchema.nullable(),
    }),
  ),
  summary: z.object({
    deposits: z.array(total),
    withdrawals: z.array(total),
    trades: z.object({ count: z.number().int(), lots: z.string() }),
    figures: customerFigures,
  }),
  facts: z.array(factReply),
  settled: z.boolean().describe('false: facts were written that the decisions do not know yet.'),
});

export const attributionRequest = z.strictObject({
  partnerId: partnerIdSchema.nullable().describe('null: organic from here on.'),
  effectiveFrom: effectiveFromSchema
    .optional()
    .describe('Default: now, by the clock of the program. null = from the beginning.'),
  keepsCpa: z
    .boolean()
    .optional()
    .describe(
      'A CPA that was granted before stays where it is, whatever effectiveFrom says. Default: true where one is granted. false takes it along.',
    ),
  reason: textSchema(500, 'reason'),
});
export const kycRequest = z.strictObject({
  status: z.enum(['pending', 'passed', 'failed']),
  effectiveFrom: effectiveFromSchema
    .optional()
    .describe(
      'Default: now, by the clock of the program. null = from the beginning. One that is still to come takes effect when the clock reaches it.',
    ),
  reason: textSchema(500, 'reason').optional(),
});

export const customerStatusRequest = z.strictObject({
  status: z
    .enum(['self_excluded', 'cooling_off', 'closed', 'duplicate', 'readmitted'])
    .describe(
      'What bars the customer from effectiveFrom on; readmitted ends an exclusion, a cooling-off and a closure that began before. A duplicate is out of everything earlier, too: one that is still to come when the clock reaches it.',
    ),
  effectiveFrom: effectiveFromSchema
    .optional()
    .describe('Default: now, by the clock of the program. null = from the beginning.'),
  effectiveTo: instantSchema
    .nullable()
    .optional()
    .describe('Half-open end; default: null = until further notice. Not with readmitted.'),
  reason: textSchema(500, 'reason').optional(),
});
export const countryRequest = z.strictObject({
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/, 'two letters, ISO 3166-1')
    .describe('ISO 3166-1 alpha-2.'),
  basis: z
    .enum(['declared', 'kyc'])
    .describe('Whether the customer declared it or KYC established it; the program says which counts.'),
  effectiveFrom: effectiveFromSchema
    .optional()
    .describe('Default: now, by the clock of the program. null = from the beginning.'),
  reason: textSchema(500, 'reason').optional(),
});
export const createCustomerRequest = z.strictObject({
  programId: programIdSchema,
  namespace: namespaceSchema.default('customer'),
  value: identifierValueSchema.describe("The customer's own id in the namespace."),
});

export const identifierRequest = z
  .strictObject({
    programId: programIdSchema,
    namespace: namespaceSchema,
    value: identifierValueSchema,
    customerId: customerIdSchema.optional(),
    customer: z
      .strictObject({ namespace: namespaceSchema.default('customer'), value: identifierValueSchema })
      .optional(),
    effectiveFrom: effectiveFromSchema.optional().describe('Default: null = from the beginning.'),
    effectiveTo: instantSchema.nullable().optional().describe('Half-open end; default: null = no end.'),
  })
  .refine(
    (body) => (body.customerId === undefined) !== (body.customer === undefined),
    'give either customerId or customer',
  );
export const identifierReply = z.object({
  programId: programIdSchema,
  namespace: z.string(),
  value: z.string(),
  customerId: customerIdSchema,
  effectiveFrom: effectiveFromSchema,
  effectiveTo: instantSchema.nullable(),
  factId: factIdSchema.nullable().describe('The fact that claims it; null when an event does.'),
  eventId: eventIdSchema.nullable().describe('The event that claims it; null when a fact does.'),
  contested: z
    .boolean()
    .describe(
      'Another customer claims it for a part of this time: what rests on it is held until that is decided.',
    ),
});
export const identifierPage = pageSchema(identifierReply);
export const identifierListQuery = z.strictObject({
  programId: programIdSchema,
  namespace: namespaceSchema,
  value: identifierValueSchema,
});
export const retractionRequest = z.strictObject({ reason: textSchema(500, 'reason') });
