import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { firstDraftReply, trialDetailReply } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, fetchApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { collect, readPairs, readText } from './read-document.ts';

type Trial = z.infer<typeof trialDetailReply>;
type FirstDraft = z.infer<typeof firstDraftReply>;

interface TryOptions extends ServerOptions {
  readonly days?: string;
  readonly from?: string;
  readonly to?: string;
  readonly set: readonly string[];
  readonly apply?: boolean;
  readonly note?: string;
  readonly json?: boolean;
}

const LOOK_EVERY_MS = 300;

/** `plumbline mapping draft|try|docs`, beside `apply`. */
export function addMappingTrialCommands(group: Command): void {
  withServerOptions(group.command('draft'))
    .description('draft a mapping from samples of an unknown system; what is a guess is marked as one')
    .argument('<samples...>', 'bodies of webhooks or files of one system: JSON, JSON lines, CSV')
    .option('--name <name>', 'name of the mapping')
    .option('--set <name=value>', 'a setting to read the samples with; may be repeated', collect, [])
    .option('--out <file>', 'write the draft here (default: print it)')
    .option('--json', 'print the answer as data')
    .action(draftFromSamples);
  withServerOptions(group.command('try'))
    .description(
      'try a draft on stored deliveries: events and commission before and after; nothing is changed',
    )
    .argument('<source>', 'slug or src_...')
    .argument('<file>', 'the draft, JSON or YAML; - is standard input')
    .option('--days <n>', 'deliveries of the last so many days (default: 7)')
    .option('--from <instant>', 'deliveries received at this instant or later')
    .option('--to <instant>', 'and before this one')
    .option(
      '--set <name=value>',
      "a setting to try with, in place of all of the source's; may be repeated",
      collect,
      [],
    )
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

interface DraftOptions extends ServerOptions {
  readonly name?: string;
  readonly set: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

/** The draft goes to a file or the output; what to look at goes to the other stream, so that both can be kept. */
async function draftFromSamples(files: readonly string[], options: DraftOptions): Promise<void> {
  const body = { samples: files.map(readText), name: options.name, settings: readPairs(options.set) };
  const path = '/v1/mapping-drafts';
  const answer = (await callApi(options, { method: 'POST', path, body })) as FirstDraft;
  if (options.json === true) return void console.log(JSON.stringify(answer, undefined, 2));
  if (options.out === undefined) process.stdout.write(answer.text);
  else writeDraft(options.out, answer.text);
  const isOpen = ({ at, sure }: { at: string; sure: string }): boolean =>
    at.startsWith('$.settings.') ? answer.needs.includes(at.slice('$.settings.'.length)) : sure !== 'found';
  const open = answer.notes.filter(isOpen);
  for (const { at, sure, says } of open) console.error(`${sure}: ${at}: ${says}`);
  for (const one of answer.reads ?? [])
    console.error(`${files[one.sample - 1]} ${one.path}: ${one.outcome}: ${one.says}`);
  if (answer.needs.length > 0)
    console.error(
      `To see what it makes of the samples, give: ${answer.needs.map((name) => `--set ${name}=...`).join(' ')}`,
    );
}

/** Throws SetupProblem where a file stands already: it may hold somebody's work. */
function writeDraft(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    throw new SetupProblem(
      (error as NodeJS.ErrnoException).code === 'EEXIST'
        ? `The file ${file} exists already and is left as it is; give --out another name.`
        : `The file ${file} cannot be written: ${(error as Error).message}`,
    );
  }
  console.error(`${file} is written.`);
}

async function tryDraft(source: string, file: string, options: TryOptions): Promise<void> {
  const { days, from, to } = options;
  const written = { name: file === '-' ? 'standard input' : file, text: readText(file) };
  const body = {
    text: written.text,
    ...(options.set.length === 0 ? {} : { settings: readPairs(options.set) }),
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
    ...(Object.keys(result.reasons.after).length === 0 ? [] : [`  because of: ${say(result.reasons.after)}`]),
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
