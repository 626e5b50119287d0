import { z } from 'zod';
import { customerReply } from './customers.ts';
import {
  commissionIdSchema,
  deliveryIdSchema,
  eventIdSchema,
  instantSchema,
  linkIdSchema,
  moneySchema,
  partnerIdSchema,
} from './common.ts';

// One customer's way from the click to the ledger, as a list of steps in the order of what happened.

const partnerRef = z.object({ id: partnerIdSchema, name: z.string() });

export const journeyLine = z.object({
  partner: partnerRef,
  component: z.string(),
  level: z.number().int(),
  amount: moneySchema.nullable().describe('null: this level came to nothing; the reason says why.'),
  reason: z.string().nullable(),
  sentence: z.string().nullable(),
  basis: z.record(z.string(), z.string()).describe('What the amount was computed from.'),
});

export const journeyBooking = z.object({
  commissionId: commissionIdSchema,
  partner: partnerRef,
  component: z.string(),
  level: z.number().int(),
  amount: moneySchema,
  state: z.enum(['accrued', 'held', 'approved', 'paid']),
  holdReason: z.string().nullable(),
  holdUntil: instantSchema.nullable(),
  bookedAt: instantSchema,
});

export const journeyStep = z.object({
  kind: z.enum([
    'click',
    'registration',
    'identifier',
    'attribution',
    'kyc',
    'deposit',
    'withdrawal',
    'trade',
    'event',
    'commission',
  ]),
  at: instantSchema.nullable().describe('When it happened; null = from the beginning.'),
  title: z.string(),
  detail: z.string().nullable(),
  eventId: eventIdSchema.nullable().describe('Explain it at /v1/events/{id}/explain.'),
  deliveryId: deliveryIdSchema.nullable(),
  source: z.string().nullable(),
  identifiers: z.array(z.object({ namespace: z.string(), value: z.string() })),
  partner: partnerRef.nullable(),
  link: z.object({ id: linkIdSchema, campaign: z.string() }).nullable(),
  amount: moneySchema.nullable(),
  state: z.enum(['moving', 'waiting', 'failed', 'decided']).nullable(),
  reason: z.string().nullable(),
  sentence: z.string().nullable().describe('Why it did not count, or why it waits.'),
  missing: z.string().nullable().describe('What would have to arrive so that it goes on.'),
  lines: z.array(journeyLine),
  bookings: z.array(journeyBooking),
});
export type JourneyStep = z.infer<typeof journeyStep>;

export const journeyReply = z.object({
  customer: customerReply,
  partner: partnerRef.nullable().describe('Attributed now; null = organic.'),
  steps: z.array(journeyStep).describe('In the order of what happened, oldest first.'),
  totals: z.array(
    z.object({
      currency: z.string(),
      earned: moneySchema.describe('Booked for all partners together.'),
      deposits: moneySchema,
    }),
  ),
  counts: z.object({
    deposits: z.number().int(),
    trades: z.number().int(),
    paid: z.number().int(),
    unpaid: z.number().int(),
    waiting: z.number().int(),
  }),
  cut: z.boolean().describe('true: only the newest events are shown.'),
});
export type JourneyReply = z.infer<typeof journeyReply>;

export const searchQuery = z.strictObject({
  q: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .describe('An id, an external id, the value of an identifier, or part of the name of a partner.'),
});
export const searchReply = z.object({
  items: z.array(
    z.object({
      kind: z.enum(['partner', 'customer', 'event', 'delivery', 'commission', 'program', 'source', 'parked']),
      id: z.string(),
      title: z.string(),
      detail: z.string(),
    }),
  ),
});
export type SearchReply = z.infer<typeof searchReply>;
