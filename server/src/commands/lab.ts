import { setTimeout as wait } from 'node:timers/promises';
import type { labRunDetailReply } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer, printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';
import { readDocument } from './read-document.ts';

type Run = z.infer<typeof labRunDetailReply>;
type Options = ServerOptions & PrintOptions;

interface TryOptions extends Options {
  readonly program: string;
  readonly name: string;
  readonly partner?: string;
  readonly from?: string;
  readonly move?: string;
  readonly below?: string;
  readonly since?: string;
}

const LOOK_EVERY_MS = 300;

/** `plumbline lab try|list|show|cancel`. */
export function addLabCommand(program: Command): void {
  const group = program
    .command('lab')
    .description('the deal lab: try a deal or a move over real history; the books are not touched');
  withServerOptions(group.command('try'))
    .description('say what a draft would have paid: cost, margin, winners, losers')
    .argument('[file]', 'the deal, JSON or YAML; - reads standard input; left out: only a move is tried')
    .requiredOption('--program <id>', 'prg_...')
    .option('--name <text>', 'what is tried, to find it again', 'tried at the command line')
    .option('--partner <id>', "whose deal it would be, prt_...; left out: the program's default deal")
    .option('--from <time>', 'since when it would have been in force (default: always)')
    .option('--move <partner>', 'a partner that would stand elsewhere, prt_...')
    .option('--below <partner>', 'below whom, prt_..., or "top"')
    .option('--since <time>', 'since when it would have stood there')
    .option('--json', 'print the answer as data')
    .action(tryDraft);
  withServerOptions(group.command('list'))
    .description('list runs, newest first')
    .option('--program <id>', 'prg_...')
    .option('--json', 'print the answer as data')
    .action(async (options: Options & { readonly program?: string }) => {
      const query = new URLSearchParams({ limit: '100' });
      if (options.program !== undefined) query.set('programId', options.program);
      const answer = await callApi(options, { method: 'GET', path: `/v1/lab-runs?${query}` });
      printList(answer, ['id', 'state', 'createdAt', 'createdBy', 'name'], options);
    });
  withServerOptions(group.command('show'))
    .description('say what a run found')
    .argument('<run>', 'lab_...')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options) => {
      printRun((await callApi(options, { method: 'GET', path: pathOf(id) })) as Run, options);
    });
  withServerOptions(group.command('cancel'))
    .description('end a run')
    .argument('<run>', 'lab_...')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options) => {
      printRun((await callApi(options, { method: 'POST', path: `${pathOf(id)}/cancel` })) as Run, options);
    });
}

function pathOf(id: string): string {
  return `/v1/lab-runs/${encodeURIComponent(id)}`;
}

async function tryDraft(file: string | undefined, options: TryOptions): Promise<void> {
  const body = { programId: options.program, name: options.name, ...draftOf(file, options) };
  let run = (await callApi(options, { method: 'POST', path: '/v1/lab-runs', body })) as Run;
  while (run.state === 'running') {
    const { stage, done, total } = run.progress;
    if (process.stderr.isTTY) process.stderr.write(`\r${stage}: ${done} of ${total}   `);
    await wait(LOOK_EVERY_MS);
    run = (await callApi(options, { method: 'GET', path: pathOf(run.id) })) as Run;
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  printRun(run, options);
  if (run.state !== 'done') process.exitCode = 1;
}

function draftOf(file: string | undefined, options: TryOptions): object {
  const { partner, from, move, below, since } = options;
  if (move !== undefined && (below === undefined || since === undefined))
    throw new SetupProblem('A move needs --below (a partner, or "top") and --since (an instant).');
  if (file === undefined && move === undefined)
    throw new SetupProblem('Give a file with a deal, or a move with --move: something must be tried.');
  return {
    ...(file === undefined
      ? {}
      : {
          deal: {
            partnerId: partner ?? null,
            effectiveFrom: from === undefined || from === 'beginning' ? null : from,
            document: readDocument(file),
          },
        }),
    ...(move === undefined
      ? {}
      : { move: { partnerId: move, parentId: below === 'top' ? null : below, effectiveFrom: since } }),
  };
}

function printRun(run: Run, options: PrintOptions): void {
  if (options.json === true) printAnswer(run, options);
  else console.log(sayRun(run).join('\n'));
}

/** What a run found in lines, for people; the twenty largest changes. */
export function sayRun(run: Pick<Run, 'id' | 'name' | 'state' | 'error' | 'result'>): string[] {
  const { id, name, state, error, result } = run;
  const head = `${id} (${name}) is ${state}${error === null ? '' : `: ${error}`}`;
  if (result === null) return [head];
  const { cost, revenue, margin, partners, money, dearest } = result;
  const sum = (one: typeof cost): string =>
    one.before === null || one.after === null
      ? 'not known: a rate of exchange is missing'
      : `${one.before} -> ${one.after} ${one.currency} (${one.difference ?? '?'})`;
  return [
    head,
    `cost: ${sum(cost)}`,
    `margin: ${sum(margin)}, of ${revenue.amount} ${revenue.currency} ${revenue.basis.replace('_', ' ')}`,
    `partners: ${partners.winners} would win, ${partners.losers} lose, ${partners.unchanged} earn the same`,
    ...money
      .slice(0, 20)
      .map(
        (one) =>
          `  ${one.partner}: ${one.before} -> ${one.after} ${one.currency} (${one.difference})${one.worst === null ? '' : `, worst in ${one.worst.month}: ${one.worst.difference}`}`,
      ),
    ...(money.length + result.notShown > 20
      ? [`  and ${money.length + result.notShown - 20} more; --json shows them`]
      : []),
    ...(dearest === null
      ? []
      : [`dearest month: ${dearest.month}, ${dearest.difference} ${dearest.currency} more`]),
    ...result.notComputed.map((one) => `not computed: ${one}`),
  ];
}
