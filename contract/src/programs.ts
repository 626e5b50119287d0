import { z } from 'zod';
import {
  currencySchema,
  instantSchema,
  pageSchema,
  programIdSchema,
  slugSchema,
  textSchema,
} from './common.ts';
import { complianceSettings } from './compliance.ts';
import { dealReply } from './deals.ts';
import { dormancySettings } from './figures.ts';
import { creativeSettings, linkSettings } from './promotion.ts';
import { changesOf } from './settings-change.ts';

export const attributionSettings = z.strictObject({
  windowDays: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(90)
    .describe('A click counts when it is at most this many days older than the registration. Default 90.'),
  winner: z
    .enum(['code_over_click', 'exclusive_code', 'last_click', 'first_click'])
    .default('code_over_click')
    .describe(
      'Who wins when several partners could. code_over_click: the owner of the last code, else of the last click. exclusive_code: of an exclusive code, else of the last click, else of another code. last_click, first_click: of that click, else of the last code. Default code_over_click.',
    ),
  finality: z
    .enum(['registration', 'first_purchase'])
    .default('registration')
    .describe(
      'When the winner is final: at the registration, or not before the first purchase that is not free (prop trading). Default registration.',
    ),
  approval: z
    .enum(['limit', 'required'])
    .default('limit')
    .describe(
      'Who agrees to a manual attribution. limit: a second person where it moves more booked commission than restatementLimit. required: always a second person. Default limit.',
    ),
});

export const reassignmentSettings = z.strictObject({
  tradesBy: z
    .enum(['close', 'open'])
    .default('close')
    .describe(
      'A trade of a reassigned customer belongs to the partner of the instant at which it was closed, or opened. Default close.',
    ),
});

const countryCode = z
  .string()
  .regex(/^[A-Z]{2}$/, 'two capital letters, ISO 3166-1')
  .describe('ISO 3166-1 alpha-2.');
export const geoSettings = z
  .strictObject({
    licensed: z
      .array(countryCode)
      .max(300)
      .nullable()
      .default(null)
      .describe('Only customers of these countries are attributed; null = of all that are not blocked.'),
    blocked: z.array(countryCode).max(300).default([]).describe('Customers of these are not attributed.'),
    countryFrom: z
      .array(z.enum(['declared', 'kyc', 'click']))
      .min(1)
      .max(3)
      .default(['declared', 'kyc', 'click'])
      .describe(
        'Whose word on the country at registration counts, in order: what the customer declared, what KYC found, where the click came from.',
      ),
  })
  .describe('Where the program may attribute customers. A country that nobody said is not blocked.');

/** Kinds of fact that may have an authority; `deposit` stands for first deposits too. Registrations have registrars instead. */
export const AUTHORITY_KINDS = [
  'deposit',
  'withdrawal',
  'chargeback',
  'refund',
  'reversal',
  'execution',
  'trade_closed',
  'kyc_status',
  'bet',
  'win',
  'activity_day',
  'challenge_purchased',
] as const;

export const authoritySettings = z
  .partialRecord(
    z.enum(AUTHORITY_KINDS),
    z.strictObject({
      source: slugSchema.describe('Slug of the source whose reports of this kind count.'),
      match: z
        .array(z.enum(['transactionId', 'externalId', 'originalId', 'amount', 'currency', 'day']))
        .min(1)
        .max(6)
        .default(['transactionId'])
        .describe(
          'What joins the reports of other sources to it, for showing and reconciling. Default transactionId.',
        ),
    }),
  )
  .describe(
    'By kind of fact the one source that counts. Reports of others are taken in as corroborating: shown, reconciled, never counted. Kinds without an authority count from every source.',
  );

export const rateSettings = z.strictObject({
  sources: z
    .array(z.enum(['own', 'ecb', 'oxr']))
    .min(1)
    .max(3)
    .refine((sources) => new Set(sources).size === sources.length, 'names a source of rates twice')
    .default(['own', 'ecb', 'oxr'])
    .describe(
      'Where exchange rates come from, in this order: the first that has a rate of at most 5 days. Default own, ecb, oxr.',
    ),
});

export const restatementLimit = z
  .string()
  .regex(/^\d{1,15}(?:\.\d{1,6})?$/, 'an amount, such as 1000')
  .describe(
    'Above this amount of commission in the base currency, a change that restates what was booked needs a second person. Default 1000.',
  );

export const createProgramRequest = z.strictObject({
  name: textSchema(200, 'name'),
  slug: slugSchema.optional().describe('Default: made from the name.'),
  vertical: z
    .enum(['forex', 'igaming', 'prop'])
    .describe(
      'The kind of business: decides the default deal, and when an attribution is final. Every component of a deal may be used in each.',
    ),
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
  attribution: attributionSettings
    .extend({
      finality: attributionSettings.shape.finality
        .removeDefault()
        .optional()
        .describe(
          'When the winner is final: at the registration, or not before the first purchase that is not free. Default registration; in a program of the vertical prop first_purchase.',
        ),
    })
    .prefault({}),
  geo: geoSettings.prefault({}),
  reassignment: reassignmentSettings.prefault({}),
  authority: authoritySettings.optional(),
  commissionableFrom: instantSchema
    .optional()
    .describe(
      'Cut-over: what happened earlier counts for sums, firsts and positions, and pays nothing. Default: all pays.',
    ),
  rates: rateSettings.prefault({}),
  restatementLimit: restatementLimit.default('1000'),
  creatives: creativeSettings.prefault({}),
  links: linkSettings.prefault({}),
  dormancy: dormancySettings.prefault({}),
  compliance: complianceSettings.prefault({}),
});

const STAYS = 'What is not named here stays as it is.';
export const updateProgramRequest = z.strictObject({
  name: textSchema(200, 'name').optional(),
  attribution: changesOf(attributionSettings).optional().describe(STAYS),
  geo: changesOf(geoSettings)
    .optional()
    .describe(`${STAYS} A list is replaced whole; licensed: null = everywhere that is not blocked.`),
  reassignment: changesOf(reassignmentSettings).optional().describe(STAYS),
  authority: authoritySettings.optional().describe('Replaces the authorities of all kinds.'),
  commissionableFrom: instantSchema.nullable().optional().describe('null: all pays.'),
  rates: changesOf(rateSettings).optional().describe(STAYS),
  restatementLimit: restatementLimit.optional(),
  creatives: changesOf(creativeSettings).optional().describe(STAYS),
  links: changesOf(linkSettings).optional().describe(`${STAYS} The list of hosts is replaced whole.`),
  dormancy: changesOf(dormancySettings).optional().describe(STAYS),
  compliance: changesOf(complianceSettings).optional().describe(`${STAYS} A list is replaced whole.`),
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
  geo: geoSettings,
  reassignment: reassignmentSettings,
  authority: authoritySettings,
  commissionableFrom: instantSchema.nullable(),
  rates: rateSettings,
  restatementLimit,
  creatives: creativeSettings,
  links: linkSettings,
  dormancy: dormancySettings,
  compliance: complianceSettings,
  factsVersion: z.number().int().describe('Rises with every change that a decision depends on.'),
  factsInForce: z.number().int().describe('Up to which of these changes every customer has been decided.'),
  inForce: z.boolean().describe('All changes are in force: factsInForce has reached factsVersion.'),
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
