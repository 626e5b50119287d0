import { z } from 'zod';
import { countsSchema } from './intake.ts';
import { instantSchema, moneySchema, programIdSchema } from './common.ts';

// The live road: what stands on it, what left it and why, how fast it moves.

export const ROAD_STAGES = [
  'intake',
  'mapping',
  'identity',
  'assembly',
  'attribution',
  'qualification',
  'commission',
  'ledger',
] as const;
export type RoadStage = (typeof ROAD_STAGES)[number];

/** A list that shows the rows behind a number: which one, and with which query. */
export const rowsBehind = z.object({
  list: z.enum(['deliveries', 'events', 'parked', 'quarantine', 'customers', 'commissions']),
  query: z.record(z.string(), z.string()),
});

export const roadExit = z.object({
  reason: z.string().describe('Reason code, or the disposition where there is no code.'),
  sentence: z.string(),
  kind: z
    .enum(['left', 'waits', 'failed', 'held'])
    .describe('left: finished here. waits: goes on when what is missing arrives.'),
  count: z.number().int(),
  rows: rowsBehind,
});

export const roadStage = z.object({
  stage: z.enum(ROAD_STAGES),
  label: z.string(),
  through: z.object({
    total: z.number().int().describe('Have passed this stage, since the beginning.'),
    lastMinute: z.number().int(),
  }),
  inFlight: z.number().int().describe('Are at this stage now.'),
  oldestAgeSeconds: z.number().nullable().describe('Age of the oldest of those; null when there is none.'),
  exits: z.array(roadExit).describe('Most frequent first.'),
  rows: rowsBehind,
});

export const latencyFigures = z.object({
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  samples: z.number().int(),
  window: z.number().int().describe('Seconds that were looked at.'),
});

export const conservationFigures = z.object({
  asOf: instantSchema,
  holds: z.boolean(),
  items: z.object({ received: z.number().int(), dispositions: countsSchema, holds: z.boolean() }),
  events: z.object({
    total: z.number().int(),
    inFlight: z.number().int(),
    waiting: z.number().int(),
    parked: z.number().int(),
    failed: z.number().int(),
    decided: z.number().int(),
    holds: z.boolean(),
  }),
});

export const roadFigures = z.object({
  asOf: instantSchema.describe('When the moving numbers were read.'),
  countedAt: instantSchema
    .nullable()
    .describe('When the totals were last counted exactly; in between they are carried on. null: not yet.'),
  programId: programIdSchema.nullable().describe('null: all programs.'),
  stages: z.array(roadStage),
  throughputPerSecond: z.number().describe('Items received per second, over the last ten seconds.'),
  latency: latencyFigures.describe('From receipt to the booked commission, over the last five minutes.'),
  decisionLatency: latencyFigures.describe(
    'From receipt to the decision about the event, whether it pays or not.',
  ),
  conservation: conservationFigures.nullable().describe('null: not counted yet. Always of all programs.'),
  money: z.array(
    z.object({ currency: z.string(), accrued: moneySchema, held: moneySchema, approved: moneySchema }),
  ),
  history: z
    .array(
      z.object({
        at: instantSchema,
        perSecond: z.number(),
        p50Ms: z.number().nullable(),
        p99Ms: z.number().nullable(),
      }),
    )
    .describe('The last ten minutes in steps of five seconds, oldest first.'),
});
export type RoadFigures = z.infer<typeof roadFigures>;
export const roadQuery = z.strictObject({ programId: programIdSchema.optional() });
