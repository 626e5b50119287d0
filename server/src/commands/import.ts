import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Import, ImportPreview } from '@plumbline/contract';
import type { Command } from 'commander';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, fetchApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { showProgress } from './import-progress.ts';

/** Bytes that are sent at once: a part that breaks off costs no more than these. */
const PART_BYTES = 16 << 20;
const LOOK_EVERY_MS = 250;

interface ImportOptions extends ServerOptions {
  readonly source: string;
  readonly feed?: string;
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly format?: string;
  readonly preview?: boolean;
  readonly dryRun?: boolean;
  readonly errors?: string;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** `plumbline import FILE`: uploads a file, imports it, and tells row by row what became of it. */
export function addImportCommand(program: Command): void {
  withServerOptions(program.command('import'))
    .description('import a CSV or JSON lines file into a source, through the mapping of its feed')
    .argument('<file>', 'the file; gzip is unpacked')
    .requiredOption('--source <source>', 'slug or src_... of the source')
    .option('--feed <name>', 'the feed that the rows come by (default: file)')
    .option('--encoding <name>', 'encoding of the text (default: as the file looks)')
    .option('--delimiter <sign>', 'what parts cells: , ; | or tab (default: by mapping and header)')
    .option('--format <format>', 'csv or jsonl (default: as the mapping says)')
    .option('--preview', 'show the first rows as they would be taken, and stop')
    .option('--dry-run', 'map the whole file, count what would happen, store nothing')
    .option('--errors <file>', 'write the rows that were not taken to this file')
    .option('--keep', 'keep the bytes of the file on the server')
    .option('--json', 'print the end as data')
    .addHelpText(
      'after',
      '\nExit code: 0 every row was taken, 2 some were not (see --errors), 1 the import failed or could not begin.',
    )
    .action(async (file: string, options: ImportOptions) => {
      process.exitCode = await runImportCommand(file, options);
    });
}

async function runImportCommand(file: string, options: ImportOptions): Promise<number> {
  const base = `/v1/sources/${encodeURIComponent(options.source)}/imports`;
  const made = await upload(file, base, options);
  const one = `${base}/${made.id}`;
  if (made.sameAs !== null)
    console.error(
      `The same content was imported before (${made.sameAs.name}): its rows are known and will be duplicates.`,
    );
  if (options.preview === true) {
    printPreview(
      (await callApi(options, { method: 'GET', path: `${one}/preview` })) as ImportPreview,
      options,
    );
    await callApi(options, { method: 'POST', path: `${one}/cancel` });
    return 0;
  }
  await callApi(options, {
    method: 'POST',
    path: `${one}/start${options.dryRun === true ? '?dryRun=true' : ''}`,
  });
  const ended = await watch(one, options);
  if (options.errors !== undefined) await saveErrors(one, options.errors, options);
  if (options.dryRun === true) await callApi(options, { method: 'POST', path: `${one}/cancel` });
  if (options.json === true) console.log(JSON.stringify(ended, null, 2));
  else printEnd(ended, options);
  if (ended.state !== 'done' && ended.state !== 'previewed') return 1;
  return untaken(ended) > 0 ? 2 : 0;
}

async function upload(file: string, base: string, options: ImportOptions): Promise<Import> {
  const size = await sizeOf(file);
  const query = new URLSearchParams({ parts: 'true', name: basename(file) });
  for (const name of ['feed', 'encoding', 'delimiter', 'format'] as const) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  if (options.keep === true) query.set('keep', 'true');
  let at = (await callApi(options, { method: 'POST', path: `${base}?${query.toString()}` })) as Import;
  const bar = showProgress({ what: 'sending', total: size, quiet: options.json === true });
  do {
    const end = Math.min(at.receivedBytes + PART_BYTES, size);
    const bytes =
      end === at.receivedBytes
        ? undefined
        : createReadStream(file, { start: at.receivedBytes, end: end - 1 });
    const path = `${base}/${at.id}/content?offset=${at.receivedBytes}${end === size ? '&last=true' : ''}`;
    at = (await callApi(options, { method: 'PUT', path, bytes })) as Import;
    bar.move(at.receivedBytes);
  } while (at.state === 'uploading');
  bar.end();
  return at;
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isFile()) return found.size;
  } catch (error) {
    throw new SetupProblem(`The file ${file} cannot be read: ${(error as Error).message}`);
  }
  throw new SetupProblem(`${file} is no file.`);
}

/** Shows how far it is until it ends. */
async function watch(one: string, options: ImportOptions): Promise<Import> {
  let bar: ReturnType<typeof showProgress> | undefined;
  for (;;) {
    const now = (await callApi(options, { method: 'GET', path: one })) as Import;
    bar ??= showProgress({
      what: options.dryRun === true ? 'trying' : 'importing',
      total: now.sizeBytes ?? 0,
      quiet: options.json === true,
    });
    bar.move(now.progress.bytes, { rows: now.progress.rows, counts: now.progress.counts });
    if (now.state !== 'running') {
      bar.end();
      return now;
    }
    await wait(LOOK_EVERY_MS);
  }
}

async function saveErrors(one: string, to: string, options: ImportOptions): Promise<void> {
  const answer = await fetchApi(options, { method: 'GET', path: `${one}/errors.csv` });
  const handle = await open(to, 'w');
  try {
    for await (const piece of answer.body ?? []) await handle.write(piece as Uint8Array);
  } finally {
    await handle.close();
  }
}

function untaken({ progress: { counts } }: Import): number {
  return (counts.quarantined ?? 0) + (counts.refused ?? 0);
}

function printEnd(ended: Import, options: ImportOptions): void {
  const { counts, reasons, rows, warnings } = ended.progress;
  const lines = [
    `${rows.toLocaleString('en')} rows: ${
      Object.entries(counts)
        .map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
        .join(', ') || 'nothing told'
    }`,
    ...Object.entries(reasons).map(
      ([name, count]) => `  ${name.replace(':', ', ')}: ${count.toLocaleString('en')}`,
    ),
    ...Object.entries(warnings).map(([name, count]) => `  warning ${name}: ${count.toLocaleString('en')}`),
  ];
  if (ended.state === 'previewed') lines.unshift('A dry run: nothing was stored.');
  if (ended.error !== null) lines.push(`The import ${ended.state}: ${ended.error}`);
  if (untaken(ended) > 0)
    lines.push(
      options.errors === undefined
        ? `${untaken(ended)} rows were not taken. Write them to a file with --errors out.csv, correct them there, and import that file.`
        : `${untaken(ended)} rows were not taken; they are in ${options.errors}. Correct them there and import that file.`,
    );
  console.log(lines.join('\n'));
}

function printPreview(preview: ImportPreview, options: ImportOptions): void {
  if (options.json === true) {
    console.log(JSON.stringify(preview, null, 2));
    return;
  }
  const { dialect } = preview;
  const table = dialect.format === 'csv' ? `, cells parted by ${JSON.stringify(dialect.delimiter)}` : '';
  console.log(
    `${dialect.format}, ${dialect.encoding}${table}; columns read: ${preview.columns
      .filter(({ read }) => read)
      .map(({ column }) => column)
      .join(', ')}`,
  );
  for (const { row, items } of preview.rows)
    for (const item of items) {
      const event =
        item.event === undefined
          ? ''
          : `  ${String(item.event['kind'])} ${String(item.event['externalId'])}${item.event['amount'] === undefined ? '' : `  ${String(item.event['amount'])} ${String(item.event['currency'] ?? '')}`}`;
      const why =
        item.reason === undefined
          ? ''
          : `  ${item.reason}${item.detail === undefined ? '' : `: ${item.detail}`}`;
      console.log(
        `row ${row}  ${item.disposition}${event}${why}${item.fix === undefined ? '' : `\n        ${item.fix}`}`,
      );
    }
  for (const note of preview.notes) console.log(`! ${note}`);
}
