import { z } from 'zod';
import {
  currencySchema,
  instantSchema,
  moneySchema,
  pageQuery,
  pageSchema,
  partnerIdSchema,
  programIdSchema,
} from './common.ts';
import { payoutBlockedSchema } from './compliance.ts';

/** Which balance is asked for: by value time, by booking time, by both; neither is now. */
export const partnerBalanceQuery = z.strictObject({
  asOf: z.iso
    .date()
    .optional()
    .describe(
      "Value time: only what is paid for events, periods and decisions up to the end of this day in the program's zone.",
    ),
  knownAt: instantSchema
    .optional()
    .describe("Booking time: only what was booked up to this instant, by the program's clock."),
});

export const partnerBalanceReply = z.object({
  partnerId: partnerIdSchema,
  asOf: z.iso.date().nullable().describe('Value day that was asked for; null = all days.'),
  knownAt: instantSchema.nullable().describe('Booking time that was asked for; null = everything booked.'),
  balances: z.array(
    z.object({
      currency: currencySchema,
      accrued: moneySchema.describe('Earned and not approved yet: on hold, or due for release.'),
      approved: moneySchema.describe(
        'Approved and not paid; below zero: paid commission that was taken back since.',
      ),
      clawbackPending: moneySchema.describe(
        'Taken of paid commission and waiting for a person; zero or less.',
      ),
      returned: moneySchema.describe('What came back of payments and is owed again.'),
      total: moneySchema.describe('The sum of these: what is owed.'),
    }),
  ),
  payoutBlocked: payoutBlockedSchema,
});

export const accountBalanceReply = z.object({
  account: z
    .string()
    .describe(
      '`house:commission_expense`, `house:paid_out`, or of a partner `partner:<uuid>:` with `accrued`, `approved`, `clawback_pending` or `balance`.',
    ),
  balance: moneySchema.describe(
    "What the account has gained: positive in a partner's accounts is what the house owes.",
  ),
});
export const accountBalancePage = pageSchema(accountBalanceReply);
export const accountBalanceListQuery = z.strictObject({ ...pageQuery });

export const ledgerCheckReply = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      name: z.enum([
        'rows_sum_to_zero',
        'items_equal_expense',
        'balances_equal_legs',
        'groups_equal_items',
        'groups_equal_legs',
        'reviews_equal_items',
        'clawbacks_equal_items',
        'payments_equal_parts',
        'rebates_equal_items',
      ]),
      examined: z.number().int().describe('Places that were looked at.'),
      differences: z.number().int().describe('Places that break the rule; 0 when the books are right.'),
      first: z.string().nullable().describe('The first place that breaks the rule, with both amounts.'),
    }),
  ),
  totals: z.array(
    z.object({
      currency: currencySchema,
      sum: moneySchema.describe('Sum of all legs: zero.'),
      rows: z.number().int(),
    }),
  ),
});

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/u);

export const ledgerBlockListQuery = z.strictObject({
  ...pageQuery,
  programId: programIdSchema.optional(),
  lane: z.coerce.number().int().min(0).max(1023).optional().describe('Of this lane only, 0 to 1023.'),
});
export const ledgerBlockReply = z.object({
  lane: z.number().int(),
  programId: programIdSchema,
  number: z.number().int().describe('From 1 in the chain of lane and program.'),
  fromPosition: z.number().int().describe('Place of the first row in the chain.'),
  toPosition: z.number().int(),
  bookedThrough: instantSchema.describe('Booking time of the last row.'),
  previousHash: hashSchema.describe('Of the block before; zeros for the first.'),
  hash: hashSchema,
  sealedAt: instantSchema,
});
export const ledgerBlockPage = pageSchema(ledgerBlockReply);

const chainCheckSchema = z.object({
  blocks: z.number().int(),
  sealed: z.number().int().describe('Rows in sealed blocks.'),
  unsealed: z.number().int().describe('Rows that no block has sealed yet; the next look takes them.'),
  differences: z.number().int().describe('0 when every block is as it was sealed.'),
  first: z.string().nullable().describe('The first difference in words.'),
});
export const chainCheckReply = z.object({
  ok: z.boolean(),
  ledger: chainCheckSchema.extend({
    chains: z.number().int().describe('One per lane and program in which something was booked.'),
  }),
  audit: chainCheckSchema,
});

export const auditListQuery = z.strictObject({
  ...pageQuery,
  subject: z.string().min(1).max(200).optional().describe('Of this thing only, by its id.'),
  action: z.string().min(1).max(100).optional().describe('Of this kind only, such as `partner.create`.'),
});
export const auditEntryReply = z.object({
  position: z.number().int().describe('Place in the trail; numbers may be missing, they never fall.'),
  at: instantSchema,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  reason: z.string().nullable(),
  body: z.record(z.string(), z.unknown()),
});
export const auditPage = pageSchema(auditEntryReply);
