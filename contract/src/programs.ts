import { z } from 'zod';
import {
  currencySchema,
  instantSchema,
  pageSchema,
  programIdSchema,
  slugSchema,
  textSchema,
} from './common.ts';
import { dealReply } from './deals.ts';

export const attributionSettings = z.strictObject({
  windowDays: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(90)
    .describe('A click counts when it is at most this many days older than the registration. Default 90.'),
  winner: z
    .enum(['last_click', 'first_click'])
    .default('last_click')
    .describe('Which click wins. Default last_click.'),
});

export const createProgramRequest = z.strictObject({
  name: textSchema(200, 'name'),
  slug: slugSchema.optional().describe('Default: made from the name.'),
  vertical: z.enum(['forex']).describe('The kind of business; decides which preset applies.'),
  preset: z.boolean().default(true).describe('Also write the default deal of the vertical. Default true.'),
  baseCurrency: currencySchema.default('USD').describe('Default USD.'),
  zone: z
    .string()
    .min(1)
    .max(60)
    .default('UTC')
    .describe('IANA time zone in which days of this program begin. Default UTC.'),
  sandbox: z
    .boolean()
    .default(false)
    .describe('A sandbox program has a settable clock. It cannot be changed later. Default false.'),
  clockAt: instantSchema
    .optional()
    .describe("Sandbox only: where the program's clock stands at first. Default: real time."),
  attribution: attributionSettings.prefault({}),
});

export const updateProgramRequest = z.strictObject({
  name: textSchema(200, 'name').optional(),
  attribution: attributionSettings.optional(),
});

export const programReply = z.object({
  id: programIdSchema,
  slug: z.string(),
  name: z.string(),
  vertical: z.string(),
  baseCurrency: z.string(),
  zone: z.string(),
  sandbox: z.boolean(),
  clockAt: instantSchema.nullable().describe("Sandbox only: the program's now; null = real time."),
  attribution: attributionSettings,
  factsVersion: z.number().int().describe('Rises with every change that a decision depends on.'),
  createdAt: instantSchema,
});
export const createdProgramReply = programReply.extend({
  deal: dealReply.nullable().describe('The default deal that the preset wrote.'),
});
export const programPage = pageSchema(programReply);

export const moveClockRequest = z.strictObject({
  at: instantSchema.describe("The program's new now; forward only."),
});
export const moveClockReply = z.object({
  programId: programIdSchema,
  clockAt: instantSchema,
  dueLeft: z
    .number()
    .int()
    .min(0)
    .describe('Decisions that were due and have not run within the time limit; 0 is the rule.'),
});
