import { setTimeout as wait } from 'node:timers/promises';
import type { trialDetailReply } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { callApi, fetchApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { readText } from './read-document.ts';

type Trial = z.infer<typeof trialDetailReply>;

interface TryOptions extends ServerOptions {
  readonly days?: string;
  readonly from?: string;
  readonly to?: string;
  readonly apply?: boolean;
  readonly note?: string;
  readonly json?: boolean;
}

const LOOK_EVERY_MS = 300;

/** `plumbline mapping try|docs`, beside `apply`. */
export function addMappingTrialCommands(group: Command): void {
  withServerOptions(group.command('try'))
    .description(
      'try a draft on stored deliveries: events and commission before and after; nothing is changed',
    )
    .argument('<source>', 'slug or src_...')
    .argument('<file>', 'the draft, JSON or YAML; - is standard input')
    .option('--days <n>', 'deliveries of the last so many days (default: 7)')
    .option('--from <instant>', 'deliveries received at this instant or later')
    .option('--to <instant>', 'and before this one')
    .option('--apply', 'then put it in force; above the limit of the program a second person must approve')
    .option('--note <text>', 'why; kept in the audit', 'applied from the command line')
    .option('--json', 'print the answer as data')
    .action(tryDraft);
  withServerOptions(group.command('docs'))
    .description('print the page that a mapping writes about itself, as Markdown')
    .argument('<source>', 'slug or src_...')
    .action(async (source: string, options: ServerOptions) => {
      const path = `/v1/sources/${encodeURIComponent(source)}/mapping/documentation?format=markdown`;
      console.log(await (await fetchApi(options, { method: 'GET', path })).text());
    });
}

async function tryDraft(source: string, file: string, options: TryOptions): Promise<void> {
  const { days, from, to } = options;
  const written = { name: file === '-' ? 'standard input' : file, text: readText(file) };
  const body = {
    text: written.text,
    ...(days === undefined ? {} : { days: Number(days) }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const start = `/v1/sources/${encodeURIComponent(source)}/trials`;
  let trial = (await callApi(options, { method: 'POST', path: start, body, written })) as Trial;
  while (trial.state === 'running') {
    const { stage, done } = trial.progress;
    if (process.stderr.isTTY) process.stderr.write(`\r${stage}: ${done}   `);
    await wait(LOOK_EVERY_MS);
    trial = (await callApi(options, { method: 'GET', path: `/v1/trials/${trial.id}` })) as Trial;
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (trial.state === 'done' && options.apply === true) {
    const path = `/v1/trials/${trial.id}/apply`;
    trial = (await callApi(options, { method: 'POST', path, body: { note: options.note } })) as Trial;
  }
  console.log(options.json === true ? JSON.stringify(trial, undefined, 2) : sayTrial(trial).join('\n'));
  if (trial.state === 'failed' || trial.state === 'cancelled') process.exitCode = 1;
}

function sayTrial(trial: Trial): string[] {
  const { result } = trial;
  if (result === null)
    return [`${trial.id} is ${trial.state}${trial.error === null ? '' : `: ${trial.error}`}`];
  const { items, events, money, moves } = result;
  const say = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  return [
    `${trial.id} is ${trial.state}: ${result.deliveries} deliveries`,
    `items before: ${say(items.before)}`,
    `items after:  ${say(items.after)}`,
    `events: ${say(events)}`,
    ...money.map(
      (one) => `  ${one.partner}: ${one.before} -> ${one.after} ${one.currency} (${one.difference})`,
    ),
    `money that would move: ${moves.amount ?? 'unknown, a rate is missing'} ${moves.currency}; ${result.customers.changed} customers, ${result.partners} partners`,
    ...result.warnings.map((warning) => `warning: ${warning}`),
    ...result.notComputed.map((one) => `not computed: ${one}`),
    ...(trial.state === 'approval'
      ? [`A second person must approve: POST /v1/trials/${trial.id}/approve, or the console.`]
      : []),
    ...(trial.appliedVersion === null ? [] : [`Version ${trial.appliedVersion} is in force.`]),
  ];
}
