import { setTimeout as wait } from 'node:timers/promises';
import type { ChangeSetReply } from '@plumbline/contract';
import type { Command } from 'commander';
import { addMappingTrialCommands } from './mapping-trial.ts';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { sayChangeSet } from './change-sets.ts';
import { printAnswer, printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

interface ApplyOptions extends ServerOptions {
  readonly version?: string;
  readonly from?: string;
  readonly to?: string;
  readonly note?: string;
  readonly dryRun?: boolean;
}

const LOOK_EVERY_MS = 500;

/** `plumbline mapping try|docs|apply|change-sets`. */
export function addMappingCommand(program: Command): void {
  const group = program
    .command('mapping')
    .description('mappings: try a draft, apply a version to what was stored before, print the page of one');
  addMappingTrialCommands(group);
  withServerOptions(group.command('apply'))
    .description('read stored deliveries again by a version of the mapping; undo = apply the former one')
    .argument('<source>', 'slug or src_...')
    .option('--version <n>', 'the version to apply (default: the one in force)')
    .option('--from <instant>', 'deliveries stored at this instant or later (default: all)')
    .option('--to <instant>', 'and before this one (default: now)')
    .option('--note <text>', 'why; kept in the audit')
    .option('--dry-run', 'only count what would change')
    .action(apply);
  withServerOptions(group.command('change-sets'))
    .description('list what was applied, newest first')
    .option('--json', 'print the answer as data')
    .action(async (options: ServerOptions & PrintOptions) =>
      printList(
        await callApi(options, { method: 'GET', path: '/v1/change-sets?limit=100' }),
        ['id', 'source', 'version', 'state', 'createdAt', 'note'],
        options,
      ),
    );
}

async function apply(source: string, options: ApplyOptions): Promise<void> {
  const { version, from, to, note } = options;
  const window = {
    source,
    ...(version === undefined ? {} : { version: Number(version) }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  if (options.dryRun === true) {
    const path = '/v1/change-sets/forecast';
    printAnswer(await callApi(options, { method: 'POST', path, body: window }), { json: true });
    return;
  }
  const body = { ...window, note: note ?? 'applied from the command line' };
  let set = (await callApi(options, { method: 'POST', path: '/v1/change-sets', body })) as ChangeSetReply;
  // The server goes on by itself; whoever interrupts this only stops looking.
  while (set.state === 'running') {
    if (process.stderr.isTTY) process.stderr.write(`\r${sayProgress(set)}   `);
    await wait(LOOK_EVERY_MS);
    set = (await callApi(options, { method: 'GET', path: `/v1/change-sets/${set.id}` })) as ChangeSetReply;
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(sayChangeSet(set).join('\n'));
  if (set.state !== 'done') process.exitCode = 1;
}

function sayProgress({ share, progress }: ChangeSetReply): string {
  const { deliveries, changed, away, added, settled } = progress;
  return `${Math.round(share * 100)} %: ${deliveries} deliveries, ${changed} events changed (${away} not told any more), ${added} new, ${settled} out of quarantine`;
}
