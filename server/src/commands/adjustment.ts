import type { ChangeSetReply } from '@plumbline/contract';
import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { sayChangeSet } from './change-sets.ts';
import { printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

interface AddOptions extends ServerOptions, PrintOptions {
  readonly partner: string;
  readonly amount: string;
  readonly currency: string;
  readonly why: string;
  readonly at?: string;
  readonly holdUntil?: string;
}

interface ListOptions extends ServerOptions, PrintOptions {
  readonly partner?: string;
  readonly program?: string;
}

/** `plumbline adjustment add|list`: amounts that partners get or lose by hand. */
export function addAdjustmentCommand(program: Command): void {
  const group = program
    .command('adjustment')
    .description('amounts that partners get or lose by hand, each with a reason and a second person');
  withServerOptions(group.command('add'))
    .description('propose one; somebody else approves it: plumbline change-sets approve')
    .requiredOption('--partner <id>', 'prt_...')
    .requiredOption('--amount <decimal>', 'below zero takes from the partner: --amount=-12.50')
    .requiredOption('--currency <code>', 'such as EUR')
    .requiredOption('--why <text>', 'the partner reads it with the line')
    .option('--at <instant>', 'of what it is for (default: now)')
    .option('--hold-until <day>', 'day on which it is approved (default: at once)')
    .option('--json', 'print the answer as data')
    .action(async (options: AddOptions) => {
      const body = {
        partnerId: options.partner,
        amount: options.amount,
        currency: options.currency,
        reason: options.why,
        ...(options.at === undefined ? {} : { at: options.at }),
        ...(options.holdUntil === undefined ? {} : { holdUntil: options.holdUntil }),
      };
      const set = (await callApi(options, {
        method: 'POST',
        path: '/v1/adjustments',
        body,
      })) as ChangeSetReply;
      console.log(options.json === true ? JSON.stringify(set, undefined, 2) : sayChangeSet(set).join('\n'));
    });
  withServerOptions(group.command('list', { isDefault: true }))
    .description('list adjustments, newest first')
    .option('--partner <id>', 'of this partner only')
    .option('--program <id>', 'of this program only')
    .option('--json', 'print the answer as data')
    .action(async (options: ListOptions) => {
      const query = new URLSearchParams({ limit: '100' });
      if (options.partner !== undefined) query.set('partnerId', options.partner);
      if (options.program !== undefined) query.set('programId', options.program);
      const answer = await callApi(options, { method: 'GET', path: `/v1/adjustments?${query}` });
      printList(
        answer,
        ['at', 'state', 'partnerId', 'money', 'reason', 'createdBy', 'decidedBy', 'changeSetId'],
        options,
      );
    });
}
