import type { ChangeSetReply, MergeReply } from '@plumbline/contract';
import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { sayChangeSet } from './change-sets.ts';
import { printAnswer, printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Options = ServerOptions & PrintOptions;
type WhyOptions = Options & { readonly why: string };

/** `plumbline merges list|show|preview|make|end` and `plumbline conflicts list|show|decide`. */
export function addIdentityCommands(program: Command): void {
  addMergesCommand(program);
  addConflictsCommand(program);
}

function addMergesCommand(program: Command): void {
  const group = program.command('merges').description('customers who turned out to be one person');
  const sub = (name: string, says: string): Command =>
    withServerOptions(group.command(name)).description(says).option('--json', 'print the answer as data');
  withServerOptions(group.command('list', { isDefault: true }))
    .description('list merges, newest first')
    .option('--customer <id>', 'merges of this customer or into it')
    .option('--json', 'print the answer as data')
    .action(async (options: Options & { readonly customer?: string }) => {
      const query = new URLSearchParams({ limit: '100' });
      if (options.customer !== undefined) query.set('customerId', options.customer);
      const answer = await callApi(options, { method: 'GET', path: `/v1/merges?${query}` });
      printList(answer, ['id', 'state', 'customerId', 'into', 'at', 'reason'], options);
    });
  sub('show', 'show a merge with what it changes')
    .argument('<id>', 'mrg_...')
    .action(async (id: string, options: Options) =>
      sayMerge(await callApi(options, { method: 'GET', path: pathOf('merges', id) }), options),
    );
  sub('preview', 'what a merge would do to events and money; nothing is written')
    .argument('<customer>', 'who would be merged away: cus_...')
    .argument('<into>', 'the survivor: cus_...')
    .action(async (customer: string, into: string, options: Options) => {
      const path = pathOf('customers', customer, 'merges/preview');
      printAnswer(await callApi(options, { method: 'POST', path, body: { into } }), options);
    });
  sub('make', 'merge a customer into another one')
    .argument('<customer>', 'who is merged away: cus_...')
    .argument('<into>', 'the survivor: cus_...')
    .requiredOption('--why <text>', 'kept with the merge and in the audit')
    .action(async (customer: string, into: string, options: WhyOptions) => {
      const path = pathOf('customers', customer, 'merges');
      const body = { into, reason: options.why };
      sayMerge(await callApi(options, { method: 'POST', path, body }), options);
    });
  sub('end', 'end a merge: everything is as if it had never been')
    .argument('<id>', 'mrg_...')
    .requiredOption('--why <text>', 'kept with the merge and in the audit')
    .action(async (id: string, options: WhyOptions) => {
      const call = { method: 'POST', path: pathOf('merges', id, 'end'), body: { reason: options.why } };
      sayMerge(await callApi(options, call), options);
    });
}

function addConflictsCommand(program: Command): void {
  const group = program
    .command('conflicts')
    .description('identifiers that several customers claim for the same time');
  withServerOptions(group.command('list', { isDefault: true }))
    .description('list contested identifiers with what waits')
    .option('--json', 'print the answer as data')
    .action(async (options: Options) => {
      const answer = await callApi(options, { method: 'GET', path: '/v1/conflicts?limit=100' });
      printList(answer, ['id', 'namespace', 'value', 'overlapsFrom', 'parked'], options);
    });
  withServerOptions(group.command('show'))
    .description('show who claims an identifier, and since when')
    .argument('<id>', 'idf_...')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options) =>
      printAnswer(await callApi(options, { method: 'GET', path: pathOf('conflicts', id) }), options),
    );
  withServerOptions(group.command('decide'))
    .description('give a contested identifier to one of its claimants')
    .argument('<id>', 'idf_...')
    .requiredOption('--keep <customer>', 'whose it is: cus_...')
    .requiredOption('--why <text>', 'kept with the decision and in the audit')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: WhyOptions & { readonly keep: string }) => {
      const body = { keep: options.keep, reason: options.why };
      const call = { method: 'POST', path: pathOf('conflicts', id, 'decisions'), body };
      printAnswer(await callApi(options, call), options);
    });
}

function pathOf(what: string, id: string, more?: string): string {
  return `/v1/${what}/${encodeURIComponent(id)}${more === undefined ? '' : `/${more}`}`;
}

function sayMerge(answer: unknown, options: PrintOptions): void {
  if (options.json === true) return printAnswer(answer, options);
  const merge = answer as MergeReply & { readonly changeSet: ChangeSetReply };
  console.log(`${merge.id} is ${merge.state}: ${merge.customerId} into ${merge.into}; ${merge.reason}`);
  console.log(sayChangeSet(merge.changeSet).join('\n'));
}
