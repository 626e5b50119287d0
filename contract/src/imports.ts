import { z } from 'zod';
import { idSchema, instantSchema, pageQuery, pageSchema, sourceIdSchema, textSchema } from './common.ts';
import { countsSchema } from './intake.ts';

// Imports: a file of rows that becomes deliveries of a feed (semantics.md 10.2).

export const IMPORT_STATES = [
  'uploading',
  'ready',
  'previewed',
  'running',
  'done',
  'failed',
  'cancelled',
] as const;
export const IMPORT_ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'iso-8859-2',
  'iso-8859-15',
  'koi8-r',
] as const;

export const importIdSchema = idSchema('imp', 'import');

const encoding = z
  .enum(IMPORT_ENCODINGS)
  .describe(
    'Encoding of the text. Default: by the byte order mark, else by a look at the bytes. latin-1 is windows-1252.',
  );
const delimiter = z
  .enum([',', ';', '\t', '|', 'tab'])
  .transform((sign) => (sign === 'tab' ? '\t' : sign))
  .describe('What parts cells. Default: what the mapping says, else by a look at the header.');

/** What may be said of the dialect; the rest is the mapping's or is found by a look at the file. */
export const importDialectRequest = z.strictObject({
  format: z.enum(['csv', 'jsonl']).optional(),
  encoding: encoding.optional(),
  delimiter: delimiter.optional(),
  quote: z.enum(['"', "'"]).optional(),
});

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const createImportQuery = z.strictObject({
  feed: z
    .string()
    .min(1)
    .max(64)
    .default('file')
    .describe('The feed that the rows come by; "file" needs no configuration.'),
  name: textSchema(300, 'name')
    .optional()
    .describe('Name of the file. Default: that of the part, else "upload".'),
  format: z.enum(['csv', 'jsonl']).optional(),
  encoding: encoding.optional(),
  delimiter: delimiter.optional(),
  quote: z.enum(['"', "'"]).optional(),
  keep: flag.optional().describe('Keep the bytes of the file after the import. Default: they are erased.'),
  dryRun: flag
    .optional()
    .describe('Begin at once with a run that stores nothing and counts what would happen.'),
  start: flag.optional().describe('Begin to import at once.'),
  parts: flag
    .optional()
    .describe('The body is empty; the bytes follow by PUT .../content, in as many parts as you like.'),
});

export const importDialect = z.object({
  format: z.enum(['csv', 'jsonl']),
  encoding: z.string(),
  delimiter: z.string(),
  quote: z.string(),
  header: z.boolean().describe('The first row names the columns.'),
  skipLines: z.number().int(),
  from: z.record(z.string(), z.enum(['given', 'mapping', 'sniffed'])).describe('Who decided each part.'),
  corrected: z
    .boolean()
    .describe('The file is a corrected errors file: its first four columns are ours and left out.'),
});

const named = z.record(z.string(), z.number().int());

export const importReply = z.object({
  id: importIdSchema,
  sourceId: sourceIdSchema,
  feed: z.string(),
  origin: z.enum(['upload', 'folder', 'sftp']),
  name: z.string(),
  state: z.enum(IMPORT_STATES),
  receivedBytes: z.number().int(),
  sizeBytes: z.number().int().nullable().describe('After decompression; null while bytes are still coming.'),
  sha256: z.string().nullable(),
  dialect: importDialect.nullable(),
  dryRun: z.boolean().describe('The run under way, or the last one, stores nothing.'),
  progress: z.object({
    bytes: z.number().int().describe('Read and settled so far.'),
    rows: z.number().int(),
    counts: countsSchema.describe('Items per disposition; of a dry run: what would become of them.'),
    reasons: named.describe('Items per "disposition:reason".'),
    warnings: named.describe('Items per code of a warning.'),
  }),
  error: z.string().nullable().describe('Why it failed, and what to do.'),
  fourEyes: z.boolean().describe('Somebody else must approve it before it stores anything.'),
  approvedAt: instantSchema.nullable(),
  approvedBy: z.string().nullable(),
  createdAt: instantSchema,
  createdBy: z.string(),
  startedAt: instantSchema.nullable(),
  finishedAt: instantSchema.nullable(),
  fileKept: z.boolean(),
  sameAs: z
    .object({ id: importIdSchema, name: z.string(), state: z.enum(IMPORT_STATES) })
    .nullable()
    .describe(
      'An import of the very same content. Its rows are known: importing them again changes nothing.',
    ),
});
export type Import = z.infer<typeof importReply>;

export const importPage = pageSchema(importReply);
export const importListQuery = z.strictObject({ ...pageQuery, state: z.enum(IMPORT_STATES).optional() });
export const importSourceParams = z.strictObject({
  source: z.string().min(1).max(64).describe('Slug or id of the source.'),
});
export const importParams = importSourceParams.extend({ import: importIdSchema });

export const importContentQuery = z.strictObject({
  offset: z.coerce
    .number()
    .int()
    .min(0)
    .describe('Bytes that came before; must be receivedBytes of the import.'),
  last: flag.optional().describe('These are the last bytes of the file.'),
});

export const startImportQuery = z.strictObject({
  dryRun: flag.optional().describe('Map the whole file and count what would happen; nothing is stored.'),
});

export const importPreviewQuery = z.strictObject({
  rows: z.coerce.number().int().min(1).max(200).default(20),
});

const previewCell = z.object({
  column: z.string(),
  value: z.string(),
  state: z
    .enum(['read', 'unread', 'problem', 'dropped'])
    .describe('read: the mapping reads it. dropped: it is taken out before anything is stored.'),
});
export const importPreviewReply = z.object({
  dialect: importDialect,
  columns: z.array(
    z.object({
      column: z.string(),
      read: z.boolean(),
      numbers: z.enum(['decimal point', 'decimal comma']).optional(),
      dates: z.string().optional(),
    }),
  ),
  rows: z.array(
    z.object({
      row: z.number().int().describe('As a spreadsheet counts: the first line of the file is 1.'),
      cells: z.array(previewCell),
      items: z.array(
        z.object({
          disposition: z.string(),
          reason: z.string().optional(),
          detail: z.string().optional(),
          fix: z.string().optional(),
          event: z.record(z.string(), z.unknown()).optional().describe('The event that the row would tell.'),
          warnings: z.array(z.object({ code: z.string(), detail: z.string() })),
        }),
      ),
    }),
  ),
  counts: countsSchema.describe('Of the rows shown.'),
  notes: z.array(z.string()).describe('What a person should look at before starting.'),
});
export type ImportPreview = z.infer<typeof importPreviewReply>;

/** Watched folders and servers of a source. */
export const watchList = z.object({
  items: z.array(
    z.object({
      feed: z.string(),
      kind: z.string(),
      paused: z.boolean(),
      lookedAt: instantSchema.nullable(),
      found: z.number().int().describe('Files that fit the pattern, at the last look.'),
      error: z.string().nullable().describe('Why the last look failed, and what to do.'),
    }),
  ),
});
