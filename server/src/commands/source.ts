import type { MissRateReply } from '@plumbline/contract';
import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer, printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';
import { collect, readPairs, readText } from './read-document.ts';
import { sayPlace } from './say-place.ts';
import type { WrittenFile } from './say-place.ts';

type Options = ServerOptions & PrintOptions;

interface CreateOptions extends Options {
  readonly program: string;
  readonly preset: string;
  readonly name?: string;
  readonly registrar?: boolean;
  readonly reply?: string;
  readonly set: readonly string[];
  readonly mapping?: string;
}

interface MappingOptions extends Options {
  readonly set: readonly string[];
}

interface MappingAnswer {
  readonly version: number;
  readonly document: unknown;
  readonly createdAt: string;
  readonly createdBy: string;
}

/** `plumbline source create|list|mapping|misses|complete`. */
export function addSourceCommand(program: Command): void {
  const group = program
    .command('source')
    .description('sources: connect an outside system, put a mapping in force');
  withServerOptions(group.command('create'))
    .description('connect an outside system; prints its postback address, whose token is shown this once')
    .argument('<slug>', 'short name, used in addresses')
    .requiredOption('--program <id>', 'prg_...')
    .option('--preset <name>', 'a name of plumbline presets', 'generic-s2s')
    .option('--name <text>', 'default: the slug')
    .option('--registrar', 'a registration from here creates a customer')
    .option('--no-registrar', 'a registration from here creates no customer')
    .option('--reply <mode>', "strict or legacy (default: the preset's)")
    .option('--set <name=value>', 'a setting of the source; may be repeated', collect, [])
    .option('--mapping <file>', "a mapping of your own, JSON or YAML (default: the preset's)")
    .option('--json', 'print the answer as data')
    .action(async (slug: string, options: CreateOptions) => {
      const written =
        options.mapping === undefined
          ? undefined
          : { name: options.mapping, text: readText(options.mapping) };
      const body = {
        programId: options.program,
        slug,
        preset: options.preset,
        name: options.name,
        registrar: options.registrar,
        reply: options.reply,
        settings: readPairs(options.set),
        mappingText: written?.text,
      };
      const call = {
        method: 'POST',
        path: '/v1/sources',
        body,
        ...(written === undefined ? {} : { written }),
      };
      printWritten(await callApi(options, call), written, options);
    });
  withServerOptions(group.command('list'))
    .description('list sources, newest first')
    .option('--json', 'print the answer as data')
    .action(async (options: Options) =>
      printAnswer(await callApi(options, { method: 'GET', path: '/v1/sources?limit=200' }), options),
    );
  addMisses(group);
  addComplete(group);
  withServerOptions(group.command('mapping'))
    .description('print the mapping in force as a document, or put a new version in force')
    .argument('<source>', 'slug or src_...')
    .argument('[file]', 'the new mapping, JSON or YAML; - is standard input')
    .option(
      '--set <name=value>',
      'next to a file: the settings of the source from now on, in place of all; may be repeated',
      collect,
      [],
    )
    .option('--json', 'print the answer as data')
    .action(async (source: string, file: string | undefined, options: MappingOptions) => {
      const path = `/v1/sources/${encodeURIComponent(source)}/mapping`;
      if (file === undefined) {
        // The document alone, so that it can be kept in a file, changed and put again; about it, on the other stream.
        const { document, ...about } = (await callApi(options, { method: 'GET', path })) as MappingAnswer;
        process.stderr.write(
          `${source}: version ${about.version}, ${about.createdAt} by ${about.createdBy}\n`,
        );
        printAnswer(document, { json: true });
        return;
      }
      const written = { name: file === '-' ? 'standard input' : file, text: readText(file) };
      const settings = options.set.length === 0 ? undefined : readPairs(options.set);
      const body = { text: written.text, settings };
      const { document: _document, ...answer } = (await callApi(options, {
        method: 'PUT',
        path,
        body,
        written,
      })) as MappingAnswer;
      printWritten(answer, written, options);
    });
}

interface Warned {
  readonly warnings?: readonly { path: string; message: string; line?: number; column?: number }[];
}

/** Prints the answer, and on standard error what of the written file was likely not meant. */
function printWritten(answer: unknown, written: WrittenFile | undefined, options: PrintOptions): void {
  const { warnings = [], ...rest } = answer as Warned;
  printAnswer(options.json === true ? answer : rest, options);
  for (const { path, message, line, column } of warnings)
    process.stderr.write(
      `warning: ${written === undefined || line === undefined || column === undefined ? `${path}: ${message}` : sayPlace(written, { path, message, line, column })}\n`,
    );
}

function addMisses(group: Command): void {
  withServerOptions(group.command('misses'))
    .description('how often the customer of what a source sends is not known yet, by day')
    .argument('<source>', 'slug or src_...')
    .option('--days <n>', 'how many days back', '30')
    .option('--json', 'print the answer as data')
    .action(async (name: string, options: Options & { days: string }) => {
      const query = new URLSearchParams({ days: options.days });
      const path = `/v1/sources/${encodeURIComponent(name)}/miss-rate?${query}`;
      const answer = (await callApi(options, { method: 'GET', path })) as MissRateReply;
      if (options.json === true) return printAnswer(answer, options);
      const rows = [...answer.days, { day: 'in all', ...answer.total }].map((row) => ({
        day: row.day,
        share: `${(Number(row.rate) * 100).toFixed(2)} %`,
        said: `${row.parked} found nobody, ${row.resolved} did; since then ${row.released} went on, ${row.waiting} wait`,
      }));
      printList({ items: rows }, ['day', 'share', 'said'], options);
    });
}

function addComplete(group: Command): void {
  withServerOptions(group.command('complete'))
    .description('say until when a source has told everything; without an instant, list what was said')
    .argument('<source>', 'slug or src_...')
    .argument(
      '[until]',
      'everything that happened before this instant has been delivered, as 2026-02-01T00:00:00Z',
    )
    .option('--note <text>', 'why, where that matters')
    .option('--json', 'print the answer as data')
    .action(async (name: string, until: string | undefined, options: Options & { note?: string }) => {
      const path = `/v1/sources/${encodeURIComponent(name)}/marks`;
      if (until === undefined) {
        const answer = await callApi(options, { method: 'GET', path });
        return printList(
          answer as { items: Record<string, unknown>[] },
          ['until', 'toldBy', 'recordedAt', 'note'],
          options,
        );
      }
      printAnswer(
        await callApi(options, { method: 'POST', path, body: { until, note: options.note } }),
        options,
      );
    });
}
