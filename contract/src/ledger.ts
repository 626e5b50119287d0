import { z } from 'zod';
import { currencySchema, moneySchema, pageQuery, pageSchema, partnerIdSchema } from './common.ts';
import { payoutBlockedSchema } from './compliance.ts';

export const partnerBalanceReply = z.object({
  partnerId: partnerIdSchema,
  balances: z.array(
    z.object({
      currency: currencySchema,
      accrued: moneySchema.describe('Earned and not approved yet: on hold, or due for release.'),
      approved: moneySchema.describe('Approved and not paid.'),
      total: moneySchema,
    }),
  ),
  payoutBlocked: payoutBlockedSchema,
});

export const accountBalanceReply = z.object({
  account: z
    .string()
    .describe('`house:commission_expense`, `partner:<uuid>:accrued` or `partner:<uuid>:approved`.'),
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
