import type { Command } from 'commander';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer, printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';
import { readDocument } from './read-document.ts';

type Options = ServerOptions & PrintOptions;

/** `plumbline deal create|check|templates|describe|list`. */
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
    .option('--json', 'print the answer as data')
    .action(async (file: string, options: Options & { program: string; partner?: string; from?: string }) => {
      const body = {
        programId: options.program,
        partnerId: options.partner ?? null,
        effectiveFrom: options.from === 'beginning' ? null : options.from,
        document: readDocument(file),
      };
      printAnswer(await callApi(options, { method: 'POST', path: '/v1/deals', body }), options);
    });
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

/** What helps to write one. */
function addDrafts(group: Command): void {
  withServerOptions(group.command('check'))
    .description('check a document without writing it, and say it in plain words')
    .argument('<file>', 'the document, JSON or YAML; - reads standard input')
    .requiredOption('--program <id>', 'prg_...')
    .option('--partner <id>', "prt_...; left out: the program's default deal")
    .option('--from <time>', 'in force from then on; "beginning" for always')
    .option('--json', 'print the answer as data')
    .action(async (file: string, options: Options & { program: string; partner?: string; from?: string }) => {
      const body = {
        programId: options.program,
        partnerId: options.partner ?? null,
        effectiveFrom: options.from === 'beginning' ? null : options.from,
        document: readDocument(file),
      };
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
