import { readFile } from 'node:fs/promises';
import type { openingReply } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { sayChangeSet } from './change-sets.ts';
import { printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

interface ImportOptions extends ServerOptions, PrintOptions {
  readonly program: string;
  readonly why: string;
  readonly at?: string;
  readonly skipBad?: boolean;
  readonly dryRun?: boolean;
}

type Answer = z.infer<typeof openingReply>;

/** `plumbline opening import|rows`: takes over what an earlier system left. */
export function addOpeningCommand(program: Command): void {
  const group = program
    .command('opening')
    .description('take over what an earlier system left: balances, carries, paid CPAs (docs/cut-over.md)');
  withServerOptions(group.command('import'))
    .description('propose what a CSV file says; somebody else approves it: plumbline change-sets approve')
    .argument(
      '<file>',
      'CSV with a header line: kind (balance, carry, cpa), and as wanted partner, currency, amount, holdUntil, component, period, measure, place, since, customer, namespace, at, reason',
    )
    .requiredOption('--program <id>', 'prg_...')
    .requiredOption('--why <text>', 'kept with every row, the change set and the audit')
    .option('--at <instant>', 'when it was earned or paid, of rows that say none (default: now)')
    .option('--skip-bad', 'take the good rows although others cannot be taken')
    .option('--dry-run', 'only say what would happen')
    .option('--json', 'print the answer as data')
    .action(importFile);
  withServerOptions(group.command('rows'))
    .description('list the rows of an opening and what became of them')
    .argument('<id>', 'chg_...')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: ServerOptions & PrintOptions) => {
      const path = `/v1/openings/${encodeURIComponent(id)}/rows?limit=200`;
      printList(
        await callApi(options, { method: 'GET', path }),
        ['row', 'state', 'kind', 'partnerId', 'customerId', 'component', 'period', 'money', 'carry'],
        options,
      );
    });
}

async function importFile(file: string, options: ImportOptions): Promise<void> {
  const csv = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new SetupProblem(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  const body = {
    programId: options.program,
    csv,
    reason: options.why,
    ...(options.at === undefined ? {} : { at: options.at }),
    skipBad: options.skipBad === true,
    dryRun: options.dryRun === true,
  };
  const answer = (await callApi(options, { method: 'POST', path: '/v1/openings', body })) as Answer;
  console.log(options.json === true ? JSON.stringify(answer, undefined, 2) : sayOpening(answer).join('\n'));
}

/** The answer in words: what cannot be taken, what would move, and who must agree. */
export function sayOpening(answer: Answer): string[] {
  const { rows, duplicates, bad, badRows, changeSet, preview } = answer;
  return [
    ...bad.map(({ row, problem }) => `row ${row}: ${problem}`),
    `${rows} to take over, ${duplicates} taken over before, ${badRows} that cannot be taken`,
    ...(changeSet === null
      ? [
          ...preview.money.map(
            (one) => `  ${one.partner}: ${one.before} -> ${one.after} ${one.currency} (${one.difference})`,
          ),
          ...preview.notComputed,
        ]
      : sayChangeSet(changeSet)),
  ];
}
