import { z } from 'zod';
import { moneySchema, partnerIdSchema } from './common.ts';

/** A day in the program's zone. */
export const daySchema = z.iso
  .date({ error: 'a day such as 2026-03-01' })
  .describe("A day in the program's zone, such as 2026-03-01.");

export const dormancySettings = z
  .strictObject({
    dormantAfterDays: z.number().int().min(1).max(3650).default(30),
    churnedAfterDays: z.number().int().min(2).max(3650).default(90),
  })
  .refine(
    (body) => body.churnedAfterDays > body.dormantAfterDays,
    'churnedAfterDays must be above dormantAfterDays',
  )
  .describe(
    'After how many days without activity a customer is called dormant, and churned. Read when asked; pays nothing.',
  );

export const ACTIVITY_STATES = ['active', 'dormant', 'churned', 'never'] as const;
export const activityState = z
  .enum(ACTIVITY_STATES)
  .describe("By days since the last activity and the program's `dormancy`; never: no activity was told.");

const money = z.array(moneySchema);
const measures = z.record(z.string(), z.string());

/** What happened in a time, in one currency. Amounts are what the sources told, not converted. */
export const moneyFigures = z.object({
  currency: z.string(),
  depositCount: z.number().int(),
  deposits: z.string(),
  withdrawals: z.string(),
  reversed: z.string().describe('Chargebacks, reversals and refunds.'),
  netDeposits: z.string().describe('Deposits minus withdrawals and what was reversed.'),
  purchases: z.string(),
  ngr: z
    .string()
    .describe(
      'As told by the sources: their NGR, or GGR minus the costs they name. A deal has its own formula.',
    ),
  volume: z.string().describe('Lots times contract size times closing price, where these are told.'),
});

export const customerFigures = z.object({
  months: z
    .array(
      z.object({
        month: z.string().describe("YYYY-MM in the program's zone."),
        activeDays: z.number().int(),
        trades: z.number().int(),
        lots: z.string(),
        money: z.array(moneyFigures),
      }),
    )
    .describe('Oldest first.'),
  money: z.array(moneyFigures).describe('Over all time.'),
  told: z
    .array(z.object({ currency: z.string(), measures }))
    .describe('Measures of report rows, summed under the names that the sources use.'),
  commission: z
    .array(z.object({ partnerId: partnerIdSchema, earned: money }))
    .describe('What the books were told about this customer, by partner.'),
  lifetime: z
    .object({
      basis: z
        .enum(['ngr', 'net_deposits'])
        .describe('NGR where a source tells any; else net deposits and purchases.'),
      value: moneySchema,
      withoutRate: z
        .number()
        .int()
        .describe('Amounts that are left out, because no exchange rate was known for them.'),
    })
    .nullable(),
  firstActiveDay: daySchema.nullable(),
  lastActiveDay: daySchema.nullable(),
  activeDays: z.number().int(),
  daysSinceActivity: z.number().int().nullable(),
  state: activityState,
});

export const partnerFiguresQuery = z.strictObject({
  from: daySchema.optional().describe('Default: 29 days before `to`; by month, 11 months before.'),
  to: daySchema.optional().describe('Inclusive. Default: today, by the clock of the program.'),
  by: z.enum(['day', 'month', 'total']).default('day').describe('By month, whole months are counted.'),
});
const partnerPeriod = z.object({
  period: z.string().describe('YYYY-MM-DD, YYYY-MM, or total.'),
  leads: z.number().int().describe('Registrations.'),
  firstDepositors: z.number().int(),
  activeCustomers: z
    .number()
    .int()
    .nullable()
    .describe('Different customers with a counted activity; null for a total, where days cannot be added.'),
  activeCustomerDays: z.number().int(),
  trades: z.number().int(),
  lots: z.string(),
  money: z.array(moneyFigures),
});
export const partnerFiguresReply = z.object({
  partnerId: partnerIdSchema,
  from: daySchema,
  to: daySchema,
  zone: z.string(),
  by: z.enum(['day', 'month', 'total']),
  own: z
    .array(partnerPeriod)
    .describe('Of its own customers; oldest first, times without figures are left out.'),
  subTree: z
    .array(partnerPeriod)
    .describe('Its own customers and those of everybody who stands below it now.'),
});
