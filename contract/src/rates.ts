import { z } from 'zod';
import { changeSetIdSchema, previewSchema } from './change-sets.ts';
import {
  currencySchema,
  instantSchema,
  pageQuery,
  pageSchema,
  programIdSchema,
  textSchema,
} from './common.ts';

export const rateSourceSchema = z
  .enum(['own', 'ecb', 'oxr'])
  .describe('Who published a rate: own (your table), ecb, oxr (Open Exchange Rates).');

const rateText = z
  .string()
  .regex(/^\d{1,18}(?:\.\d{1,18})?$/, 'a decimal above zero as text, such as "1.0875"');

export const importRatesRequest = z.strictObject({
  source: rateSourceSchema,
  text: z
    .string()
    .min(1)
    .max(16_000_000)
    .describe(
      "The file as it is: the ECB's XML (daily, 90 days, history), an answer of Open Exchange Rates, or for own a JSON list or CSV of base, quote, rate, validFrom.",
    ),
  restate: z
    .boolean()
    .default(false)
    .describe(
      'Also write rates that differ from what the publisher said before for the same instant, where no program decided anything at them. Those that were used stay as they are (notRestated). Default false: they are refused.',
    ),
  reason: textSchema(500, 'reason').optional().describe('Why it is restated; required with restate.'),
});

export const writeRatesRequest = z.strictObject({
  rates: z
    .array(
      z.strictObject({
        base: currencySchema,
        quote: currencySchema,
        rate: rateText.describe('Units of quote for one unit of base.'),
        validFrom: instantSchema.describe('In force from then on, for at most 5 days or until the next one.'),
      }),
    )
    .min(1)
    .max(10_000),
  restate: z.boolean().default(false),
  reason: textSchema(500, 'reason').optional(),
});

export const rateImportReply = z.object({
  id: z.string(),
  source: rateSourceSchema,
  rates: z.number().int().describe('Rates written, corrections among them.'),
  corrections: z.number().int(),
  firstValidFrom: instantSchema,
  lastValidFrom: instantSchema,
  reason: z.string().nullable(),
  recordedAt: instantSchema,
  recordedBy: z.string(),
  appliedAt: instantSchema
    .nullable()
    .describe('When every customer whom the rates may concern had been made due; null = under way.'),
  programId: programIdSchema
    .nullable()
    .describe('Corrections for this program alone; null: for every program.'),
  changeSetId: changeSetIdSchema
    .nullable()
    .describe('The change set that wrote them, took them back or brought them back last.'),
  retractedAt: instantSchema.nullable().describe('They were taken back: they hold no more.'),
});
export const importedRatesReply = z.object({
  import: rateImportReply.nullable().describe('null: everything was known already.'),
  written: z.number().int(),
  known: z.number().int().describe('Rates that were known with the same value.'),
  notRestated: z
    .array(
      z.object({
        base: z.string(),
        quote: z.string(),
        validFrom: instantSchema,
        stands: z.string().describe('What holds on.'),
        told: z.string().describe('What was told now.'),
      }),
    )
    .describe(
      'Corrections that were not written, because programs decided at what stands: correct them for a program with POST /v1/rate-corrections.',
    ),
  unknownCurrencies: z.array(z.string()).describe('Codes of the file that are no currency here; left out.'),
});
export const rateImportPage = pageSchema(rateImportReply);

export const rateReply = z.object({
  source: rateSourceSchema,
  base: z.string(),
  quote: z.string(),
  rate: z.string(),
  validFrom: instantSchema,
  revision: z.number().int().describe('Above 1: a correction of the same publication.'),
  importId: z.string(),
  programId: programIdSchema.nullable().describe('It holds for this program alone; null: for every program.'),
  retracted: z.boolean().describe('It was taken back: it holds no more.'),
});
const correctedRate = z.strictObject({
  base: currencySchema,
  quote: currencySchema,
  rate: rateText.describe('What it should have been: units of quote for one unit of base.'),
  validFrom: instantSchema.describe('The instant of the rate that is corrected.'),
});
const correction = {
  programId: programIdSchema.describe(
    'Whose commissions are decided again. Others keep what they decided at.',
  ),
  source: rateSourceSchema.default('own'),
  rates: z.array(correctedRate).min(1).max(1_000),
};
export const rateCorrectionRequest = z.strictObject({
  ...correction,
  reason: textSchema(500, 'reason').describe('Why; kept with the change set and in the audit.'),
});
export const rateCorrectionPreviewRequest = z.strictObject(correction);
export const rateCorrectionReply = rateImportReply;
export const rateCorrectionPreview = z.object({
  way: z
    .enum(['at_once', 'change_set', 'second_person'])
    .describe(
      'at_once: nothing was decided at these rates. change_set: it is applied at once, and what it brings is held for review. second_person: another person must approve it first.',
    ),
  preview: previewSchema,
  limit: z
    .object({ amount: z.string(), currency: currencySchema })
    .describe("The program's restatementLimit: above it a second person must agree."),
});
export const ratePage = pageSchema(rateReply);
export const rateListQuery = z.strictObject({
  ...pageQuery,
  source: rateSourceSchema.optional(),
  base: currencySchema.optional(),
  quote: currencySchema.optional(),
});

export const convertQuery = z.strictObject({
  programId: z.string().describe('The program whose order of publishers counts: prg_...'),
  from: currencySchema,
  to: currencySchema,
  at: instantSchema,
  amount: z
    .string()
    .regex(/^-?\d{1,18}(?:\.\d{1,18})?$/, 'a decimal, such as 12.50')
    .default('1'),
});
export const convertReply = z.object({
  amount: z.string(),
  currency: z.string(),
  rate: z.string().nullable().describe('null: both currencies are the same.'),
  rateSource: rateSourceSchema.nullable(),
  rateAt: instantSchema.nullable().describe('Publication of the rate; of the older one of a cross rate.'),
});
