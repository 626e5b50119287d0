import { z } from 'zod';
import { documentSchema } from './common.ts';

// Presets: what a new source of a known system starts from.

const presetSetting = z.object({
  name: z.string(),
  type: z.enum(['text', 'zone', 'currency', 'table', 'list']),
  description: z.string(),
  required: z.boolean(),
  default: z.string().nullable(),
});
const presetFeed = z.object({
  name: z.string(),
  kind: z.string(),
  scheme: z
    .string()
    .nullable()
    .describe('How its deliveries prove themselves; null: not said by the preset.'),
  verification: documentSchema
    .nullable()
    .describe('What to send as `verification` of a new feed; its secret is yours.'),
  note: z.string().describe('What comes over it.'),
});

export const presetReply = z.object({
  name: z.string(),
  title: z.string(),
  what: z.string().describe('What it reads, in a sentence or two.'),
  format: z.string().describe('What bodies are: json, form, query, auto, csv, jsonl or canonical.'),
  registrar: z.boolean().describe('Whether a registration from such a source creates a customer by default.'),
  reply: z.enum(['strict', 'legacy']),
  feeds: z.array(presetFeed).describe('Feeds that a source of this system usually has.'),
  settings: z.array(presetSetting).describe('What a source declares besides its payload.'),
});
export const presetList = z.object({ items: z.array(presetReply) });
export const presetParams = z.strictObject({ name: z.string().min(1).max(60) });
export const presetDetailReply = presetReply.extend({
  document: documentSchema.describe('The mapping: version 1 of a new source, and yours to change then.'),
  replyContract: documentSchema
    .nullable()
    .describe('How a postback is answered, where that is more than `reply` says.'),
  facts: z.array(z.string()).describe('What is known of the system and how it is read.'),
  toConfirm: z.array(z.string()).describe('What to ask the sender before real money rests on it.'),
  page: z.string().nullable().describe('The page about this preset, as Markdown.'),
});
