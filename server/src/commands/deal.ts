import type { ChangeSetReply } from '@plumbline/contract';
import type { Command } from 'commander';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { sayChangeSet } from './change-sets.ts';
import { printAnswer, printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';
import { readDocument } from './read-document.ts';

type Options = ServerOptions & PrintOptions;

/** `plumbline deal create|preview|take-back|end|check|templates|describe|list`. */
export function addDealCommand(program: Command): void {
  const group = program.command('deal').description('deals: write a version, say it in plain words');
  withServerOptions(group.command('create'))
    .description('write a version of the terms of a partner, or of a program')
    .argument('<file>', 'the document, JSON or YAML; - reads standard input')
    .requiredOption('--program <id>', 'prg_...')
    .option('--partner <id>', "prt_...; left out: the program's default deal")
    .option(
      '--from <time>',
      'in force from then on; "beginning" for always. Needed for every version but the first.',
    )
    .option('--why <text>', 'kept in the audit, and with the change set where there is one')
    .option('--json', 'print the answer as data')
    .action(async (file: string, options: WriteOptions) => {
      const body = bodyOf(file, options);
      print(await callApi(options, { method: 'POST', path: '/v1/deals', body }), options);
    });
  addWays(group);
  addEnd(group);
  withServerOptions(group.command('describe'))
    .description('say a deal in plain words')
    .argument('<deal>', 'del_...')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options) => {
      const answer = (await callApi(options, {
        method: 'GET',
        path: `/v1/deals/${encodeURIComponent(id)}/description`,
      })) as { sentences: string[] };
      const path = `/v1/deals/${encodeURIComponent(id)}/examples`;
      const { items } = (await callApi(options, { method: 'GET', path })) as {
        items: { component: string; story: string[]; says: string }[];
      };
      if (options.json === true) return printAnswer({ ...answer, examples: items }, options);
      const examples = items.map(({ story, says }) => `For example: ${[...story, says].join(' ')}`);
      process.stdout.write(`${[...answer.sentences, ...examples].join('\n')}\n`);
    });
  addDrafts(group);
  withServerOptions(group.command('list'))
    .description('list versions of deals, newest first')
    .option('--program <id>', 'prg_...')
    .option('--json', 'print the answer as data')
    .action(async (options: Options & { program?: string }) => {
      const query = new URLSearchParams({ limit: '200' });
      if (options.program !== undefined) query.set('programId', options.program);
      printAnswer(await callApi(options, { method: 'GET', path: `/v1/deals?${query}` }), options);
    });
}

interface WriteOptions extends Options {
  readonly program: string;
  readonly partner?: string;
  readonly from?: string;
  readonly why?: string;
}

function bodyOf(file: string, { program, partner, from, why }: WriteOptions): object {
  return {
    programId: program,
    partnerId: partner ?? null,
    effectiveFrom: from === 'beginning' ? null : from,
    document: readDocument(file),
    ...(why === undefined ? {} : { reason: why }),
  };
}

/** A version that stands, or the change set that waits for a second person; then the exit code is 1, because nothing holds yet. */
function print(answer: unknown, options: PrintOptions): void {
  const isSet = String((answer as { id?: unknown }).id).startsWith('chg_');
  if (isSet) process.exitCode = 1;
  if (!isSet || options.json === true) return printAnswer(answer, options);
  process.stdout.write(`${sayChangeSet(answer as ChangeSetReply).join('\n')}\n`);
}

/** What a version would do to what was decided, and versions that are taken back. */
function addWays(group: Command): void {
  withServerOptions(group.command('preview'))
    .description(
      'what writing a version would do to what was decided, and whether a second person must agree',
    )
    .argument('<file>', 'the document, JSON or YAML; - reads standard input')
    .requiredOption('--program <id>', 'prg_...')
    .option('--partner <id>', "prt_...; left out: the program's default deal")
    .option('--from <time>', 'in force from then on; "beginning" for always')
    .option('--json', 'print the answer as data')
    .action(async (file: string, options: WriteOptions) => {
      const body = bodyOf(file, options);
      printAnswer(await callApi(options, { method: 'POST', path: '/v1/deals/preview', body }), options);
    });
  withServerOptions(group.command('take-back'))
    .description('take a version back: it never was, and the one before it holds again')
    .argument('<deal>', 'del_...')
    .requiredOption('--why <text>', 'kept with the version and in the audit')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options & { why: string }) => {
      const path = `/v1/deals/${encodeURIComponent(id)}/retraction`;
      print(await callApi(options, { method: 'POST', path, body: { reason: options.why } }), options);
    });
}

interface EndOptions extends Options {
  readonly at: string;
  readonly next: string;
  readonly why?: string;
}

/** Deals that end without a successor. */
function addEnd(group: Command): void {
  withServerOptions(group.command('end'))
    .description('end a deal without a successor; without --why says only what it would do')
    .argument('<deal>', 'del_..., the version that is in force until then')
    .requiredOption('--at <time>', 'from then on its terms do not hold')
    .option(
      '--next <what>',
      'what pays from then on: nothing, or default (the deal of the program)',
      'nothing',
    )
    .option('--why <text>', 'kept in the audit, and with the change set where there is one')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: EndOptions) => {
      const { at: endsAt, next, why } = options;
      const path = `/v1/deals/${encodeURIComponent(id)}/end`;
      if (why !== undefined)
        return print(
          await callApi(options, { method: 'POST', path, body: { endsAt, next, reason: why } }),
          options,
        );
      const asked = { method: 'POST', path: `${path}/preview`, body: { endsAt, next } } as const;
      printAnswer(await callApi(options, asked), options);
    });
}

/** What helps to write one. */
function addDrafts(group: Command): void {
  withServerOptions(group.command('check'))
    .description('check a document without writing it, and say it in plain words')
    .argument('<file>', 'the document, JSON or YAML; - reads standard input')
    .requiredOption('--program <id>', 'prg_...')
    .option('--partner <id>', "prt_...; left out: the program's default deal")
    .option('--from <time>', 'in force from then on; "beginning" for always')
    .option('--json', 'print the answer as data')
    .action(async (file: string, options: WriteOptions) => {
      const body = bodyOf(file, options);
      const answer = await callApi(options, { method: 'POST', path: '/v1/deals/check', body });
      if (options.json === true) return printAnswer(answer, options);
      process.stdout.write(`${(answer as { sentences: string[] }).sentences.join('\n')}\n`);
    });
  withServerOptions(group.command('templates'))
    .description('list deals to begin with, or print the document of one')
    .argument('[id]', 'print this one as JSON, to be edited')
    .option('--vertical <name>', 'forex, igaming or prop')
    .option('--currency <code>', 'of the documents (default: USD)')
    .option('--json', 'print the answer as data')
    .action(async (id: string | undefined, options: Options & { vertical?: string; currency?: string }) => {
      const query = new URLSearchParams();
      if (options.vertical !== undefined) query.set('vertical', options.vertical);
      if (options.currency !== undefined) query.set('currency', options.currency);
      const answer = (await callApi(options, { method: 'GET', path: `/v1/deal-templates?${query}` })) as {
        items: { id: string; document: unknown }[];
      };
      if (id === undefined) return printList(answer, ['id', 'vertical', 'says'], options);
      const found = answer.items.find((one) => one.id === id);
      if (found === undefined)
        throw new SetupProblem(`There is no template ${id}. See: plumbline deal templates`);
      process.stdout.write(`${JSON.stringify(found.document, undefined, 2)}\n`);
    });
}
