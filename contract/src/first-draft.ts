import { z } from 'zod';
import { documentSchema } from './common.ts';
import { sourceSettings } from './sources.ts';

export const firstDraftRequest = z.strictObject({
  samples: z
    .array(z.string().min(1).max(1_000_000))
    .min(1)
    .max(20)
    .describe(
      'Bodies of webhooks or files of one system, as they come: JSON, JSON lines, CSV or a form. Several show more kinds and codes.',
    ),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'small letters, digits and dashes')
    .optional()
    .describe('Name of the mapping.'),
  settings: sourceSettings
    .optional()
    .describe(
      'Settings to read the samples with, such as zone; without those that the draft needs nothing is read.',
    ),
});

export const firstDraftReply = z.object({
  document: documentSchema,
  text: z
    .string()
    .describe('The draft as YAML, with the remarks as comments above the lines that they are about.'),
  notes: z.array(
    z.object({
      at: z.string().describe('Place in the draft, such as $.rules[0].event.amount.'),
      sure: z
        .enum(['found', 'guess', 'missing'])
        .describe('found: by name and value; guess: look at it; missing: only you know.'),
      says: z.string(),
    }),
  ),
  needs: z.array(z.string()).describe('Settings that the source must have and that were not given.'),
  reads: z
    .array(
      z.object({
        sample: z.number().int().describe('Number of the sample, from 1.'),
        path: z.string(),
        outcome: z.enum(['event', 'ignored', 'quarantined', 'refused']),
        says: z.string(),
      }),
    )
    .nullable()
    .describe('What the draft makes of the samples, at most 50 rows; null while settings are needed.'),
});
