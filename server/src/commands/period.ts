import type { periodPreview, programPeriods } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer, printList } from './print-answer.ts';
import { collect } from './read-document.ts';
import type { PrintOptions } from './print-answer.ts';

type Options = ServerOptions & PrintOptions & { readonly program: string };
type Preview = z.infer<typeof periodPreview>;

/** `plumbline period list|show|close`. */
export function addPeriodCommand(program: Command): void {
  const group = program
    .command('period')
    .description('months of a program: list them, look at one, close it');
  withServerOptions(group.command('list'))
    .description('list the months in which something is settled')
    .requiredOption('--program <id>', 'prg_...')
    .option('--json', 'print the answer as data')
    .action(async (options: Options) => {
      const path = `/v1/programs/${encodeURIComponent(options.program)}/periods`;
      const answer = (await callApi(options, { method: 'GET', path })) as z.infer<typeof programPeriods>;
      printList(answer, ['period', 'state', 'closedAt', 'closedBy', 'reason'], options);
    });
  withServerOptions(group.command('show'))
    .description('say what closing a month makes final, and whether it can be closed')
    .argument('<month>', 'such as 2026-03')
    .requiredOption('--program <id>', 'prg_...')
    .option('--json', 'print the answer as data')
    .action(async (month: string, options: Options) => {
      const preview = await readPreview(month, options);
      if (options.json === true) printAnswer(preview, options);
      else console.log(sayPeriod(preview).join('\n'));
    });
  withServerOptions(group.command('close'))
    .description('close a month: its figures become final. Without --yes it only says what that makes final.')
    .argument('<month>', 'such as 2026-03')
    .requiredOption('--program <id>', 'prg_...')
    .requiredOption('--reason <text>', 'why its figures are complete; kept with the decision')
    .option(
      '--without <source>',
      'do not wait for this source, which has not told everything; may be repeated',
      collect,
      [],
    )
    .option('--yes', 'do it; it cannot be opened again')
    .option('--json', 'print the answer as data')
    .action(closeMonth);
}

function pathOf(month: string, options: Options): string {
  return `/v1/programs/${encodeURIComponent(options.program)}/periods/${encodeURIComponent(month)}`;
}

async function readPreview(month: string, options: Options): Promise<Preview> {
  return (await callApi(options, { method: 'GET', path: pathOf(month, options) })) as Preview;
}

async function closeMonth(
  month: string,
  options: Options & {
    readonly reason: string;
    readonly without: readonly string[];
    readonly yes?: boolean;
  },
): Promise<void> {
  if (options.yes !== true) {
    const preview = await readPreview(month, options);
    if (options.json === true) printAnswer(preview, options);
    else console.log([...sayPeriod(preview), 'Nothing was closed. Close it with --yes.'].join('\n'));
    if (preview.blockedBy !== null) throw new SetupProblem(preview.blockedBy.sentence);
    return;
  }
  const body = { reason: options.reason, without: options.without };
  printAnswer(
    await callApi(options, { method: 'POST', path: `${pathOf(month, options)}/close`, body }),
    options,
  );
}

/** A month in lines, for people. */
export function sayPeriod(preview: Omit<Preview, 'complete'>): string[] {
  const { sources, period, state, partners, undecided, sums, blockedBy, closedBy, closedAt, reason } =
    preview;
  return [
    `${period} is ${state}: ${partners} ${partners === 1 ? 'partner has' : 'partners have'} figures in it`,
    ...(closedAt === null ? [] : [`closed ${closedAt} by ${closedBy ?? '?'}: ${reason ?? ''}`]),
    ...sums.map(
      (sum) =>
        `  ${sum.component}  ${sum.amount.amount} ${sum.currency} for ${sum.partners}, of it below zero ${sum.negative.amount}`,
    ),
    ...sources.map(
      ({ source, completeUntil, complete }) =>
        `  ${source} has told ${complete ? 'everything' : `everything until ${completeUntil} only`}`,
    ),
    ...(undecided === 0 ? [] : [`${undecided} figures are being computed just now: look again`]),
    ...(blockedBy === null || state === 'closed' ? [] : [`It cannot be closed now: ${blockedBy.sentence}`]),
  ];
}
