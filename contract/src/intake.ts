import { z } from 'zod';
import { deliveryIdSchema, eventIdSchema, instantSchema, slugSchema } from './common.ts';

// What the doors of intake take and answer. The accept path is judged by the compiled mapping of the source, not by these
// schemas: they describe it. Whatever it refuses, it names with place and reason.

/** Most events of one batch; a body has at most 10 MB. */
export const MAX_BATCH_EVENTS = 5_000;

export const dispositionSchema = z
  .enum(['accepted', 'revised', 'duplicate', 'ignored', 'parked', 'quarantined', 'refused'])
  .describe(
    'accepted: new. revised: other content of a known event. duplicate: told before. ignored: known and not wanted. parked: waits for its customer, ' +
      'and goes on by itself. quarantined: cannot be read yet, kept for a repair. refused: cannot be taken.',
  );

/** The kinds of events; the server's mapping holds the same list, and a test keeps them equal. */
export const EVENT_KIND_NAMES = [
  'registration',
  'first_deposit',
  'deposit',
  'qualified',
  'withdrawal',
  'bonus_granted',
  'bonus_released',
  'bonus_cost',
  'bet',
  'win',
  'rollback',
  'activity_day',
  'execution',
  'trade_closed',
  'challenge_purchased',
  'phase_passed',
  'challenge_failed',
  'funded',
  'reset_purchased',
  'trader_payout',
  'chargeback',
  'refund',
  'reversal',
  'adjustment',
  'kyc_status',
  'self_excluded',
  'account_closed',
  'reassigned',
  'identifier_link',
  /** What a payment gateway tells about a payout to a partner; its identifier has the namespace payout. */
  'payout_status',
  /** Told by the source and not (or no longer) stood behind: status pending or declined. Pays nothing; as a revision it takes an earlier one back. */
  'unsettled',
] as const;

/** Told by outside systems, so in either case; stored in capitals. */
const eventCurrencySchema = z
  .string()
  .regex(/^[A-Za-z]{3,5}$/, 'a currency code, such as USD')
  .describe('Currency code, such as USD; lower case is taken too.');

const decimalSchema = z.union([z.string(), z.number()]).describe('Exact decimal, as text or as a number.');

const identifierSchema = z.strictObject({
  namespace: z
    .string()
    .describe('What kind of name: customer (the CRM id), mt5:<server> (a trading login), click ...'),
  value: z.string(),
});

/** A row of a trading platform's history; only executions carry it. */
export const executionSchema = z
  .strictObject({
    account: z.string().describe('server:login; a login alone is not unique across servers.'),
    position: z.string().describe('Joins the openings and closings of one position.'),
    order: z.string().optional(),
    side: z.enum(['buy', 'sell']),
    entry: z
      .enum(['in', 'out', 'inout', 'out_by'])
      .describe(
        'in opens, out closes, inout closes closedLots and opens the rest, out_by closes by the opposite position.',
      ),
    symbol: z.string(),
    rawSymbol: z.string().optional(),
    lots: decimalSchema.describe('Standard lots of this execution, zero or more.'),
    closedLots: decimalSchema.optional().describe('inout: the part that closes.'),
    price: decimalSchema.optional(),
    contractSize: decimalSchema.optional(),
    profit: decimalSchema
      .optional()
      .describe(
        'Deposit currency of the account; likewise commission, swap and fee, signed as the platform signs them.',
      ),
    commission: decimalSchema.optional(),
    swap: decimalSchema.optional(),
    fee: decimalSchema.optional(),
    service: z.boolean().optional().describe('The platform, not the customer, made it. Default false.'),
    cancelled: z.boolean().optional().describe('The platform took it back. Default false.'),
    closeByPosition: z.string().optional().describe('out_by: the opposite position.'),
    rawReason: z.string().optional(),
  })
  .describe('Fields of an execution.');

/** A row of a mapping table. */
export const identifierLinkSchema = z
  .strictObject({
    namespace: z.string(),
    value: z.string(),
    customerNamespace: z.string().describe('Normally customer.'),
    customerValue: z.string(),
    effectiveFrom: instantSchema.optional().describe('Default: from the beginning.'),
    effectiveTo: instantSchema.optional().describe('Half-open. Default: without end.'),
  })
  .describe('Row of a mapping table: this identifier belongs to that customer.');

export const canonicalEventRequest = z
  .strictObject({
    source: slugSchema
      .optional()
      .describe('Which source tells it. May stand once for a whole batch, or in the query.'),
    kind: z.enum(EVENT_KIND_NAMES).describe('Kind of event.'),
    recordType: z.string().optional().describe('As the outside system names the record; default: the kind.'),
    externalId: z
      .string()
      .optional()
      .describe('Id of the record in the outside system; default: transactionId.'),
    part: z.string().optional().describe('When one outside record tells several facts.'),
    occurredAt: instantSchema.optional().describe('When it happened; default: when it is received.'),
    identifiers: z
      .array(identifierSchema)
      .optional()
      .describe('Names of the customer; the first one resolves the event, a registration links them all.'),
    amount: decimalSchema
      .optional()
      .describe(
        'A chargeback, refund or reversal without one takes back all that is left of the original that it names.',
      ),
    currency: eventCurrencySchema.optional(),
    bonusPart: decimalSchema
      .optional()
      .describe('The part of the amount that was bonus money, from zero to the amount.'),
    measures: z
      .record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), decimalSchema)
      .optional()
      .describe('At most 40 figures of a report row, such as ggr or deposits, in the currency of the event.'),
    clickId: z.string().optional(),
    code: z.string().optional(),
    transactionId: z.string().optional(),
    originalId: z
      .string()
      .optional()
      .describe('For a chargeback, refund or reversal: the external id of the original.'),
    country: z.string().optional(),
    product: z.string().optional(),
    brand: z.string().optional(),
    rawTime: z.string().optional().describe('The time as the outside system wrote it; kept, not judged.'),
    status: z.string().optional().describe('approved, pending or declined.'),
    rawStatus: z.string().optional().describe('The status as the outside system wrote it; kept, not judged.'),
    test: z.boolean().optional(),
    version: z
      .union([z.string(), z.number()])
      .optional()
      .describe('Orders revisions of one event; without it, and without modifiedAt, arrival does.'),
    modifiedAt: instantSchema.optional().describe('Orders revisions of one event.'),
    kyc: z.strictObject({ status: z.enum(['pending', 'passed', 'failed']) }).optional(),
    customerStatus: z
      .strictObject({
        status: z.enum(['self_excluded', 'cooling_off', 'closed', 'duplicate', 'readmitted']),
        until: instantSchema.optional().describe('When it ends by itself; absent: until further notice.'),
      })
      .optional()
      .describe(
        'For self_excluded, account_closed and kyc_status: what bars the customer from occurredAt on.',
      ),
    payout: z
      .strictObject({
        status: z.enum(['processing', 'paid', 'failed', 'returned', 'cancelled', 'unclaimed', 'reversed']),
        gatewayId: z.string().optional().describe('The id of the payout at the gateway.'),
        fee: decimalSchema.optional().describe("What the gateway took, in the event's currency."),
      })
      .optional()
      .describe('For payout_status.'),
    group: z.string().optional().describe('Group of the trading account.'),
    accountCurrency: z
      .string()
      .optional()
      .describe('Currency of the trading account as the platform writes it, also units such as USC.'),
    execution: executionSchema.optional(),
    link: identifierLinkSchema.optional(),
    extra: z.record(z.string(), z.string()).optional().describe('At most 20 texts that ride along.'),
  })
  .describe('One event in our own shape.');

export const batchRequest = z
  .union([
    z.array(canonicalEventRequest),
    z.strictObject({ source: slugSchema.optional(), events: z.array(canonicalEventRequest) }),
  ])
  .describe(
    `At most ${MAX_BATCH_EVENTS} events: a list, an object with events, or JSON lines (application/x-ndjson).`,
  );

export const itemReply = z.object({
  index: z.number().int().describe('Which item of the request, from 0.'),
  path: z.string().describe('Where it stands in the body, as a JSON path.'),
  disposition: dispositionSchema,
  reason: z.string().optional().describe('Reason code.'),
  detail: z.string().optional().describe('What was seen, and what would be right.'),
  eventId: eventIdSchema.optional(),
  effective: z
    .boolean()
    .optional()
    .describe('Of a revision: false when an older one came late and is kept without effect.'),
  originalDeliveryId: deliveryIdSchema
    .optional()
    .describe('Of a duplicate or revision: the delivery that brought what was effective until now.'),
  warnings: z.array(z.object({ code: z.string(), detail: z.string() })).optional(),
});
export type ItemReply = z.infer<typeof itemReply>;

export const eventReply = itemReply
  .omit({ index: true, path: true })
  .extend({ deliveryId: deliveryIdSchema });
export type EventReply = z.infer<typeof eventReply>;

export const countsSchema = z
  .partialRecord(dispositionSchema, z.number().int())
  .describe('Items per disposition.');

export const deliveryReply = z.object({
  deliveries: z
    .array(z.object({ id: deliveryIdSchema, source: slugSchema }))
    .describe('What was stored; one per source.'),
  counts: countsSchema,
  items: z.array(itemReply),
});
export type DeliveryReply = z.infer<typeof deliveryReply>;

const terms = z.object({
  received: z.number().int(),
  dispositions: countsSchema,
  events: z.number().int(),
  inFlight: z.number().int().describe('On the road: their place or their decision is due.'),
  waiting: z.number().int().describe('Decided to wait for other evidence.'),
  parked: z.number().int().describe('Waiting for a customer.'),
  failed: z.number().int(),
  decided: z.number().int().describe('Paid, or zero with a reason.'),
  superseded: z
    .number()
    .int()
    .describe('Revisions that are not effective; beside the events, not among them.'),
  remapped: z.number().int().describe('Events that were rewritten when a mapping was applied again.'),
  rewritten: z.number().int().describe('The contents that these events had before.'),
  held: z.number().int().describe('Rows of quarantine that are open or were dismissed.'),
  itemsHold: z
    .boolean()
    .describe(
      'received = the sum of the dispositions, new events = accepted + parked, revised = superseded, quarantined = held, remapped = rewritten.',
    ),
  eventsHold: z.boolean().describe('events = in flight + waiting + parked + failed + decided.'),
});
export const conservationQuery = z.object({
  now: z
    .enum(['true', 'false'])
    .optional()
    .describe('true: count the rows of this moment, however long that takes.'),
});
export const conservationReply = z.object({
  asOf: instantSchema.describe('Of when the rows are that were counted.'),
  holds: z.boolean(),
  total: terms,
  sources: z.array(terms.extend({ source: slugSchema })),
});
export type ConservationReply = z.infer<typeof conservationReply>;
