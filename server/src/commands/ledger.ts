import type { chainCheckReply } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer, printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

interface BlocksOptions extends ServerOptions, PrintOptions {
  readonly program?: string;
  readonly lane?: string;
  readonly check?: boolean;
}

interface BalanceOptions extends ServerOptions, PrintOptions {
  readonly asOf?: string;
  readonly knownAt?: string;
}

/** `plumbline ledger blocks|balance`: the sealed books, and what a partner had as of any time. */
export function addLedgerCommand(program: Command): void {
  const group = program.command('ledger').description('sealed blocks, and balances as of any time');
  withServerOptions(group.command('blocks'))
    .description('list the sealed blocks; keep the newest hash elsewhere')
    .option('--program <id>', 'of this program only')
    .option('--lane <n>', 'of this lane only')
    .option('--check', 'prove instead that sealed blocks, also of the audit trail, are as they were sealed')
    .option('--json', 'print the answer as data')
    .action(blocks);
  withServerOptions(group.command('balance'))
    .description('what a partner has, or had')
    .argument('<partner>', 'prt_...')
    .option('--as-of <day>', 'value time: of what is paid for up to this day')
    .option('--known-at <instant>', 'booking time: what was booked up to this instant')
    .option('--json', 'print the answer as data')
    .action(async (partner: string, options: BalanceOptions) => {
      const query = new URLSearchParams();
      if (options.asOf !== undefined) query.set('asOf', options.asOf);
      if (options.knownAt !== undefined) query.set('knownAt', options.knownAt);
      const path = `/v1/partners/${encodeURIComponent(partner)}/balance?${query}`;
      printAnswer(await callApi(options, { method: 'GET', path }), options);
    });
}

async function blocks(options: BlocksOptions): Promise<void> {
  if (options.check === true) return check(options);
  const query = new URLSearchParams({ limit: '200' });
  if (options.program !== undefined) query.set('programId', options.program);
  if (options.lane !== undefined) query.set('lane', options.lane);
  const answer = await callApi(options, { method: 'GET', path: `/v1/ledger/blocks?${query}` });
  printList(
    answer,
    ['lane', 'programId', 'number', 'fromPosition', 'toPosition', 'bookedThrough', 'hash'],
    options,
  );
}

async function check(options: BlocksOptions): Promise<void> {
  const answer = (await callApi(options, { method: 'GET', path: '/v1/ledger/blocks/check' })) as z.infer<
    typeof chainCheckReply
  >;
  console.log(options.json === true ? JSON.stringify(answer, undefined, 2) : sayChains(answer).join('\n'));
  if (!answer.ok) process.exitCode = 1;
}

/** What the check found, in words. */
export function sayChains({ ok, ledger, audit }: z.infer<typeof chainCheckReply>): string[] {
  return [
    `books: ${ledger.blocks} blocks in ${ledger.chains} chains, ${ledger.sealed} rows sealed, ${ledger.unsealed} not yet`,
    `audit trail: ${audit.blocks} blocks, ${audit.sealed} entries sealed, ${audit.unsealed} not yet`,
    ...(ledger.first === null ? [] : [`DIFFERENT (${ledger.differences}): ${ledger.first}`]),
    ...(audit.first === null ? [] : [`DIFFERENT (${audit.differences}): ${audit.first}`]),
    ok ? 'Every block is as it was sealed.' : 'Sealed rows were touched.',
  ];
}
