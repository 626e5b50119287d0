import type { commissionReply } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Commission = z.infer<typeof commissionReply>;

interface ListOptions extends ServerOptions, PrintOptions {
  readonly program?: string;
  readonly partner?: string;
}

/** `plumbline commission list`. */
export function addCommissionCommand(program: Command): void {
  const group = program.command('commission').description('commissions: list what was booked for partners');
  withServerOptions(group.command('list', { isDefault: true }))
    .description('list booked commissions, newest first; plumbline explain says why')
    .option('--program <id>', 'prg_...')
    .option('--partner <id>', 'prt_...')
    .option('--json', 'print the answer as data')
    .action(async (options: ListOptions) => {
      const query = new URLSearchParams({ limit: '100' });
      if (options.program !== undefined) query.set('programId', options.program);
      if (options.partner !== undefined) query.set('partnerId', options.partner);
      const answer = await callApi(options, { method: 'GET', path: `/v1/commissions?${query}` });
      if (options.json === true) return printAnswer(answer, options);
      const { items } = answer as { items: Commission[] };
      console.log(items.length === 0 ? 'none' : items.map(lineOf).join('\n'));
    });
}

function lineOf(one: Commission): string {
  const { id, component, level, amount, state } = one;
  return `${id}  ${component}  level ${level}  ${amount.amount} ${amount.currency}  ${state}`;
}
