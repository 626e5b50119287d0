import { z } from 'zod';

export const quiesceRequest = z.strictObject({
  timeoutSeconds: z
    .number()
    .int()
    .min(0)
    .max(120)
    .default(30)
    .describe('How long to wait for the lanes to drain, 0 to 120. Default 30.'),
});

export const quiesceReply = z.object({
  drained: z
    .boolean()
    .describe(
      'True when nothing was on the road at one instant: everything received is decided, waiting or parked, and posted.',
    ),
  waitedMs: z.number().int(),
  left: z.object({
    evidence: z.number().int().describe('Groups of events whose customer is being looked for.'),
    pending: z.number().int().describe("Events that wait for a decision in a customer's lane."),
    touched: z.number().int().describe('Customers whose facts changed and who are not decided anew yet.'),
    hops: z.number().int().describe('Messages between lanes that are not handed over yet.'),
    inbox: z.number().int().describe('Messages that wait to be posted in partner lanes.'),
    stale: z.number().int().describe('Customers decided under older facts of their program.'),
    rates: z
      .number()
      .int()
      .describe('Imports of exchange rates that are not in force for every customer yet.'),
    changeSets: z
      .number()
      .int()
      .describe(
        'Change sets that are being applied. Those that wait for a person or were stopped are not counted.',
      ),
    reviews: z
      .number()
      .int()
      .describe(
        'Amounts of change sets that a person released and that are not where they belong yet. What nobody released waits for a person, and is not counted.',
      ),
    releases: z
      .number()
      .int()
      .describe(
        'Settlements whose hold is over and that the clock has not approved yet: they cannot be paid before.',
      ),
  }),
});
