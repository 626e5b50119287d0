import type { RedriveReply } from '@plumbline/contract';
import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer, printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Options = ServerOptions & PrintOptions;

interface FilterOptions extends Options {
  readonly source?: string;
  readonly reason?: string;
  readonly from?: string;
  readonly to?: string;
  readonly all?: boolean;
}

/** `plumbline quarantine list|show|redrive|dismiss`. */
export function addQuarantineCommand(program: Command): void {
  const group = program
    .command('quarantine')
    .description('what could not be read: look at it, drive it again, dismiss it');
  withServerOptions(group.command('list'))
    .description('list open items, newest first')
    .option('--source <slug>', 'of this source')
    .option('--reason <code>', 'of this reason')
    .option('--json', 'print the answer as data')
    .action(async (options: FilterOptions) => {
      const query = new URLSearchParams({ limit: '100', ...filterOf(options) });
      const answer = await callApi(options, { method: 'GET', path: `/v1/quarantine?${query}` });
      printList(answer, ['id', 'source', 'feed', 'path', 'reason', 'detail'], options);
    });
  withServerOptions(group.command('show'))
    .description('show one item with its row, what is wrong and what to do')
    .argument('<id>', 'qtn_...')
    .action(async (id: string, options: Options) => {
      const path = `/v1/quarantine/${encodeURIComponent(id)}`;
      printAnswer(await callApi(options, { method: 'GET', path }), { json: true });
    });
  withServerOptions(group.command('redrive'))
    .description('read items again by the mapping in force: named ones, or all that a filter finds')
    .argument('[ids...]', 'qtn_...')
    .option('--source <slug>', 'of this source')
    .option('--reason <code>', 'of this reason')
    .option('--from <instant>', 'received at this instant or later')
    .option('--to <instant>', 'received before this instant')
    .option('--all', 'every open item')
    .action((ids: string[], options: FilterOptions) => redrive(ids, options));
  withServerOptions(group.command('dismiss'))
    .description('say that nobody needs an item')
    .argument('<id>', 'qtn_...')
    .requiredOption('--reason <text>', 'why')
    .action(async (id: string, options: Options & { reason: string }) => {
      const path = `/v1/quarantine/${encodeURIComponent(id)}/dismiss`;
      const body = { reason: options.reason };
      printAnswer(await callApi(options, { method: 'POST', path, body }), { json: true });
    });
}

function filterOf({ source, reason, from, to }: FilterOptions): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ source, reason, from, to }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}

/** A filter is gone through in pages; what was done stays done when it is interrupted, and the same command goes on. */
async function redrive(ids: readonly string[], options: FilterOptions): Promise<void> {
  const filter = filterOf(options);
  if (ids.length === 0 && Object.keys(filter).length === 0 && options.all !== true) {
    console.error('Name items, give a filter such as --source, or say --all.');
    process.exitCode = 1;
    return;
  }
  const totals: Record<string, number> = {};
  for (let cursor: string | undefined; ;) {
    const body =
      ids.length > 0 ? { ids } : { filter, limit: 200, ...(cursor === undefined ? {} : { cursor }) };
    const page = (await callApi(options, {
      method: 'POST',
      path: '/v1/quarantine/redrive',
      body,
    })) as RedriveReply;
    for (const [name, count] of Object.entries(page.counts)) totals[name] = (totals[name] ?? 0) + count;
    if (process.stderr.isTTY) process.stderr.write(`\r${sayCounts(totals)}; ${page.left} left   `);
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(sayCounts(totals));
}

function sayCounts(counts: Readonly<Record<string, number>>): string {
  const said = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return said.length === 0 ? 'nothing to drive again' : said.join(', ');
}
