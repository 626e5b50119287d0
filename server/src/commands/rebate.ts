import type { owedPage, rebatePage, rebateReply } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';

type Rebate = z.infer<typeof rebateReply>;

interface Options extends ServerOptions {
  readonly json?: boolean;
}

interface AddOptions extends Options {
  readonly percent: string;
  readonly campaign?: string;
  readonly link?: string;
  readonly customer?: string;
  readonly components?: string;
  readonly every?: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason: string;
}

/** `plumbline rebate add|list|show|end|retract|owed`: what partners give of their commission to customers. */
export function addRebateCommands(program: Command): void {
  const group = program
    .command('rebate')
    .description('rebates: what partners give of their commission to customers');
  addWrites(group);
  command(group, 'list', 'list rules, newest first')
    .option('--program <id>', 'prg_...')
    .option('--partner <id>', 'prt_...')
    .action(async (options: Options & { program?: string; partner?: string }) => {
      const query = queryOf({ programId: options.program, partnerId: options.partner });
      const answer = await callApi(options, { method: 'GET', path: `/v1/rebates?${query}` });
      print(options, answer, (answer as z.infer<typeof rebatePage>).items.map(sayRule));
    });
  command(group, 'show', 'say what a rule gives')
    .argument('<rule>', 'rbt_...')
    .action(async (rule: string, options: Options) => {
      const answer = await callApi(options, { method: 'GET', path: `/v1/rebates/${part(rule)}` });
      print(options, answer, [sayRule(answer as Rebate)]);
    });
  addOwed(group);
}

function command(group: Command, name: string, description: string): Command {
  return withServerOptions(group.command(name))
    .description(description)
    .option('--json', 'print the answer as data');
}

function addWrites(group: Command): void {
  command(group, 'add', 'give a share of the own commission of a partner to its customers')
    .argument('<partner>', 'prt_...')
    .requiredOption('--percent <number>', '0 to 100')
    .requiredOption('--reason <text>', 'why')
    .option('--campaign <name>', 'only customers who came by it')
    .option('--link <id>', 'only customers who came by it, lnk_...')
    .option('--customer <id>', 'only this customer, cus_...')
    .option('--components <ids>', 'of its deal, with commas; default: all that pay by trade')
    .option('--every <span>', 'day, week or month (default)')
    .option('--from <time>', 'default: now')
    .option('--to <time>', 'default: no end')
    .action(async (partner: string, options: AddOptions) => {
      const body = {
        partnerId: partner,
        percent: options.percent,
        whom: whomOf(options),
        components: options.components?.split(',').map((id) => id.trim()),
        every: options.every,
        effectiveFrom: options.from,
        effectiveTo: options.to,
        reason: options.reason,
      };
      const answer = await callApi(options, { method: 'POST', path: '/v1/rebates', body });
      print(options, answer, [sayRule(answer as Rebate)]);
    });
  command(group, 'end', 'end a rule; what was traded before keeps its rebate')
    .argument('<rule>', 'rbt_...')
    .requiredOption('--reason <text>', 'why')
    .option('--at <time>', 'default: now')
    .action(async (rule: string, options: Options & { at?: string; reason: string }) => {
      const body = { endsAt: options.at, reason: options.reason };
      const answer = await callApi(options, { method: 'POST', path: `/v1/rebates/${part(rule)}/end`, body });
      print(options, answer, [sayRule(answer as Rebate)]);
    });
  command(group, 'retract', 'take a rule back that has not begun')
    .argument('<rule>', 'rbt_...')
    .requiredOption('--reason <text>', 'why')
    .action(async (rule: string, options: Options & { reason: string }) => {
      const body = { reason: options.reason };
      const path = `/v1/rebates/${part(rule)}/retraction`;
      const answer = await callApi(options, { method: 'POST', path, body });
      print(options, answer, [sayRule(answer as Rebate)]);
    });
}

interface OwedOptions extends Options {
  readonly program: string;
  readonly partner?: string;
  readonly customer?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cursor?: string;
}

function addOwed(group: Command): void {
  command(group, 'owed', 'list what is owed to customers, by rule and span, the newest span first')
    .requiredOption('--program <id>', 'prg_...')
    .option('--partner <id>', 'prt_...')
    .option('--customer <id>', 'cus_...')
    .option('--from <date>', 'first day of spans, inclusive')
    .option('--to <date>', 'first day of spans, inclusive')
    .option('--cursor <cursor>', 'of the page before')
    .action(async (options: OwedOptions) => {
      const { program: programId, partner: partnerId, customer: customerId, from, to, cursor } = options;
      const query = queryOf({ programId, partnerId, customerId, from, to, cursor });
      const answer = await callApi(options, { method: 'GET', path: `/v1/rebates-owed?${query}` });
      const page = answer as z.infer<typeof owedPage>;
      print(options, answer, [
        ...page.items.map(
          (one) =>
            `${one.span} (${one.every})  ${one.customerId}  ${one.owed.amount} ${one.currency}, approved ${one.approved.amount}, held ${one.held.amount}${one.isOver ? '' : ', not over'}  from ${one.partnerId} by ${one.ruleId}`,
        ),
        ...page.sums.map(
          (sum) =>
            `in all ${sum.owed.amount} ${sum.currency}, approved ${sum.approved.amount}, held ${sum.held.amount}`,
        ),
        ...(page.nextCursor === null ? [] : [`more: --cursor ${page.nextCursor}`]),
      ]);
    });
}

function whomOf({ campaign, link, customer }: AddOptions): object | undefined {
  const wanted = [
    ...(campaign === undefined ? [] : [{ kind: 'campaign', campaign }]),
    ...(link === undefined ? [] : [{ kind: 'link', linkId: link }]),
    ...(customer === undefined ? [] : [{ kind: 'customer', customerId: customer }]),
  ];
  if (wanted.length > 1) throw new Error('name a campaign, a link or a customer, not several of them');
  return wanted[0];
}

function sayRule(rule: Rebate): string {
  const { whom } = rule;
  const to = whom.campaign ?? whom.linkId ?? whom.customerId ?? 'customers';
  const of = rule.components === null ? 'what pays by trade' : rule.components.join(', ');
  const until = rule.effectiveTo === null ? 'on' : `to ${rule.effectiveTo}`;
  return `${rule.id}  ${rule.state}  ${rule.partnerId} gives ${rule.percent} % of ${of} to ${whom.kind === 'all' ? 'all customers' : `${whom.kind} ${to}`}, by ${rule.every}, from ${rule.effectiveFrom} ${until}`;
}

function queryOf(texts: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams({ limit: '200' });
  for (const [name, value] of Object.entries(texts)) if (value !== undefined) query.set(name, value);
  return query.toString();
}

function print(options: Options, answer: unknown, lines: readonly string[]): void {
  console.log(options.json === true ? JSON.stringify(answer, null, 2) : lines.join('\n'));
}

function part(id: string): string {
  return encodeURIComponent(id);
}
