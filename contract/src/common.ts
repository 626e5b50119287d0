import { z } from 'zod';

// The words that every request and reply share. Unknown keys of a request are refused (rules.md 4);
// a reply may gain keys in a later version.

/** What each prefix of an id names, and how it looks: the prefix and 32 hex digits. */
export function idSchema(prefix: string, what: string) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-fA-F]{32}$`), `the id of a ${what}: ${prefix}_ and 32 hex digits`)
    .describe(`Id of a ${what}.`);
}

export const programIdSchema = idSchema('prg', 'program');
export const partnerIdSchema = idSchema('prt', 'partner');
export const customerIdSchema = idSchema('cus', 'customer');
export const eventIdSchema = idSchema('evt', 'event');
export const dealIdSchema = idSchema('del', 'deal');
export const linkIdSchema = idSchema('lnk', 'link');
export const sourceIdSchema = idSchema('src', 'source');
export const keyIdSchema = idSchema('key', 'API key');
export const endpointIdSchema = idSchema('ept', 'endpoint');
export const factIdSchema = idSchema('fct', 'fact');
export const commissionIdSchema = z
  .string()
  .regex(/^com_[0-9a-z]{39}$/, 'the id of a commission: com_ and 39 characters')
  .describe('Id of a commission: one posted difference of one line.');
export const deliveryIdSchema = z
  .string()
  .regex(/^dlv_[0-9a-z]{36}$/, 'the id of a delivery: dlv_ and 36 characters')
  .describe('Id of a delivery.');

/** A date and time with a zone; replies are always in UTC with milliseconds or microseconds. */
export const instantSchema = z.iso
  .datetime({ offset: true, error: 'a date and time with a zone, such as 2026-03-01T00:00:00Z' })
  .describe('Date and time with a zone (ISO 8601), such as 2026-03-01T00:00:00Z.');

/** Beginning of a fact: null is "from the beginning", without a first instant. */
export const effectiveFromSchema = instantSchema
  .nullable()
  .describe('In force from this instant on; null = from the beginning.');

/** Text that people type: no control characters, no spaces at the ends. */
export function textSchema(max: number, what: string) {
  return (
    z
      .string()
      .trim()
      .min(1, `${what} must not be empty`)
      .max(max, `${what} has at most ${max} characters`)
      // eslint-disable-next-line no-control-regex -- control characters are what is looked for
      .refine((text) => !/[\u0000-\u001f\u007f]/.test(text), `${what} must not contain control characters`)
  );
}

export const slugSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/,
    'lower-case letters, digits and hyphens, 1 to 64 characters',
  )
  .describe('Short name used in addresses: lower-case letters, digits and hyphens.');

export const currencySchema = z
  .string()
  .regex(/^[A-Z]{3,5}$/, 'a currency code in capitals, such as USD')
  .describe('Currency code, such as USD.');

export const moneySchema = z
  .object({
    amount: z.string().describe('Decimal string with all digits of the currency, such as 12.50.'),
    currency: currencySchema,
  })
  .describe('An exact amount of money.');

export const MAX_PAGE = 200;
export const DEFAULT_PAGE = 50;

/** Query of every list. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(DEFAULT_PAGE)
    .describe(`Most items of a page, 1 to ${MAX_PAGE}.`),
  cursor: z
    .string()
    .min(1)
    .max(400)
    .optional()
    .describe('nextCursor of the page before; absent for the first page.'),
};

/** A page of a list. nextCursor is null on the last page. */
export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string().describe('Stable code for programs; the sentence may change, the code does not.'),
    instance: z.string().describe('Names this answer; tell it when you ask about it.'),
    errors: z
      .array(
        z.object({
          path: z.string().describe('Where in the request, such as body.document.components[0].rate.'),
          message: z.string().describe('What is wrong and what to do.'),
          line: z.number().int().optional().describe('Of a document given as text: where, from 1.'),
          column: z.number().int().optional(),
        }),
      )
      .optional(),
  })
  .describe('A problem answer (RFC 9457, application/problem+json).');
export type Problem = z.infer<typeof problemSchema>;

/** Any JSON value; documents with a schema of their own (deals, mappings) are judged by their own parser. */
export const documentSchema = z.record(z.string(), z.unknown());
