import { z } from 'zod';
import { documentSchema, moneySchema, programIdSchema } from './common.ts';

export const dealExamplesRequest = z.strictObject({
  programId: programIdSchema.describe('Whose zone, base currency and rates of exchange are used.'),
  document: documentSchema.describe('The terms; see /v1/schemas/deal.'),
});
export const dealExample = z.object({
  component: z.string(),
  story: z.array(z.string()).describe('What an invented customer does, one sentence each.'),
  pays: z
    .array(z.object({ who: z.enum(['partner', 'above']), amount: moneySchema }))
    .describe('partner: whose customer it is. above: the partner above, with the same deal.'),
  says: z.string().describe('What it pays, or why it pays nothing, in one sentence.'),
});
export const dealExamplesReply = z.object({ items: z.array(dealExample) });
