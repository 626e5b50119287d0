import { z } from 'zod';
import { instantSchema, programIdSchema, sourceIdSchema } from './common.ts';
import { countsSchema } from './intake.ts';

// What comes from each source: the list of sources as operators watch it.

const sourceActivity = z.object({
  sourceId: sourceIdSchema,
  slug: z.string(),
  name: z.string(),
  preset: z.string(),
  state: z
    .enum(['receiving', 'quiet', 'nothing_yet', 'paused'])
    .describe(
      'receiving: something came since `since`. quiet: not since then. nothing_yet: nothing is known to have come. paused: all its feeds are.',
    ),
  lastDeliveryAt: instantSchema
    .nullable()
    .describe('null: none among the group commits that are looked at, the latest 20,000.'),
  items: countsSchema.describe('Items by disposition since `since`.'),
  quarantined: z.number().int().describe('Items that wait in quarantine.'),
  drift: z.number().int().describe('Signals of drift that nobody has answered.'),
  feeds: z.object({ configured: z.number().int(), paused: z.number().int() }),
});
export const sourceActivityReply = z.object({
  since: instantSchema.describe('From when on items are counted: 24 hours ago, or later under a heavy load.'),
  items: z.array(sourceActivity).describe('By name.'),
});
export const sourceActivityQuery = z.strictObject({ programId: programIdSchema.optional() });
