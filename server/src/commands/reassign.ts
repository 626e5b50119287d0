import { readFile } from 'node:fs/promises';
import type { ChangeSetReply } from '@plumbline/contract';
import type { Command } from 'commander';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { sayChangeSet } from './change-sets.ts';
import { showProgress } from './import-progress.ts';

interface ReassignOptions extends ServerOptions {
  readonly program: string;
  readonly why: string;
  readonly to?: string;
  readonly of?: string;
  readonly from?: string;
  readonly skipBad?: boolean;
  readonly dryRun?: boolean;
  readonly wait: boolean;
  readonly json?: boolean;
}

interface Answer {
  readonly changeSet: ChangeSetReply | null;
  readonly rows: number;
  readonly badRows: number;
  readonly bad: readonly { readonly row: number; readonly customer: string; readonly problem: string }[];
  readonly preview: NonNullable<ChangeSetReply['preview']>;
}

const LOOK_EVERY_MS = 500;

/** `plumbline reassign FILE.csv`: gives many customers to other partners, or everybody of a partner. */
export function addReassignCommand(program: Command): void {
  withServerOptions(program.command('reassign'))
    .description('give many customers to other partners, by a CSV file or everybody of a partner')
    .argument(
      '[file]',
      'CSV with a header line: customer, and as wanted namespace, partner, effectiveFrom, reason',
    )
    .requiredOption('--program <id>', 'prg_...')
    .requiredOption('--why <text>', 'kept with every fact, the change set and the audit')
    .option('--of <partner>', 'everybody who is bound to this partner now, in place of a file')
    .option('--to <partner>', 'prt_..., externalRef or organic, for rows that name none')
    .option('--from <instant>', 'for rows that say none (default: now, by the clock of the program)')
    .option('--skip-bad', 'apply the good rows although others cannot be')
    .option('--dry-run', 'only say what would happen')
    .option('--no-wait', 'do not wait until it is applied')
    .option('--json', 'print the answer as data')
    .action(reassign);
}

async function reassign(file: string | undefined, options: ReassignOptions): Promise<void> {
  if ((file === undefined) === (options.of === undefined))
    throw new SetupProblem('Give either a file or --of <partner>.');
  const body = {
    programId: options.program,
    reason: options.why,
    ...(file === undefined ? { ofPartner: options.of } : { csv: await readText(file) }),
    ...(options.to === undefined ? {} : { partner: options.to === 'organic' ? null : options.to }),
    ...(options.from === undefined ? {} : { effectiveFrom: options.from }),
    skipBad: options.skipBad === true,
    dryRun: options.dryRun === true,
  };
  const answer = (await callApi(options, { method: 'POST', path: '/v1/reassignments', body })) as Answer;
  const set = answer.changeSet;
  const ended = set === null || !options.wait ? set : await follow(options, { set, rows: answer.rows });
  if (options.json === true) {
    console.log(JSON.stringify({ ...answer, changeSet: ended }, undefined, 2));
    return;
  }
  for (const { row, customer, problem } of answer.bad) console.log(`row ${row}, ${customer}: ${problem}`);
  console.log(`${answer.rows} customers, ${answer.badRows} rows cannot be applied`);
  if (ended !== null) console.log(sayChangeSet(ended).join('\n'));
  else
    for (const { partner, before, after, currency, difference } of answer.preview.money)
      console.log(`  ${partner}: ${before} -> ${after} ${currency} (${difference})`);
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new SetupProblem(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}

/** Shows how far it is until it ends, or waits for a second person. */
async function follow(
  options: ReassignOptions,
  { set, rows }: { set: ChangeSetReply; rows: number },
): Promise<ChangeSetReply> {
  const progress = showProgress({ what: 'reassign', total: rows, quiet: options.json === true });
  let now = set;
  while (now.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    now = (await callApi(options, { method: 'GET', path: `/v1/change-sets/${set.id}` })) as ChangeSetReply;
    const counts = { reassigned: now.progress.changed };
    progress.move(now.progress.deliveries, { rows: now.progress.deliveries, counts });
  }
  progress.end();
  return now;
}
