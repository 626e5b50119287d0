import type { ChangeSetReply } from '@plumbline/contract';
import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

interface ListOptions extends ServerOptions, PrintOptions {
  readonly state?: string;
  readonly kind?: string;
  readonly source?: string;
}

interface NoteOptions extends ServerOptions, PrintOptions {
  readonly why: string;
  readonly version?: string;
}

const DECISIONS = {
  approve: 'agree, as a second person or key, that a change set is applied',
  reject: 'refuse a change set that waits for approval',
  release: 'release what a change set brought to partners, which is held for a review until then',
} as const;
const MOVES = {
  stop: 'stop a change set where it is',
  resume: 'go on with a change set that was stopped or failed',
} as const;

/** `plumbline change-sets list|show|approve|reject|release|stop|resume|undo`. */
export function addChangeSetsCommand(program: Command): void {
  const group = program
    .command('change-sets')
    .description('changes of what was booked: what they would do, who agrees, how far they are');
  withServerOptions(group.command('list', { isDefault: true }))
    .description('list change sets, newest first')
    .option('--state <state>', 'proposed, running, done, failed, stopped, rejected or undone')
    .option('--kind <kind>', 'remap, merge, unmerge, reassignment, move, opening, adjustment, deal or rates')
    .option('--source <slug>', 'of this source only')
    .option('--json', 'print the answer as data')
    .action(list);
  withServerOptions(group.command('show'))
    .description('show what a change set would do to customers and money, and how far it is')
    .argument('<id>', 'chg_...')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: ServerOptions & PrintOptions) =>
      print(await callApi(options, { method: 'GET', path: pathOf(id) }), options),
    );
  for (const [verb, says] of Object.entries(DECISIONS))
    withServerOptions(group.command(verb))
      .description(says)
      .argument('<id>', 'chg_...')
      .requiredOption('--why <text>', 'kept with the change set and in the audit')
      .option('--json', 'print the answer as data')
      .action(async (id: string, options: NoteOptions) =>
        send(options, pathOf(id, verb), { note: options.why }),
      );
  for (const [verb, says] of Object.entries(MOVES))
    withServerOptions(group.command(verb))
      .description(says)
      .argument('<id>', 'chg_...')
      .option('--json', 'print the answer as data')
      .action(async (id: string, options: ServerOptions & PrintOptions) => send(options, pathOf(id, verb)));
  withServerOptions(group.command('undo'))
    .description('propose the inverse of a change set; above the limit a second person must agree to it too')
    .argument('<id>', 'chg_...')
    .requiredOption('--why <text>', 'kept with the change set and in the audit')
    .option('--version <n>', 'of a re-map: the version to go back to (default: the one before)')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: NoteOptions) => {
      const { why: note, version } = options;
      await send(options, pathOf(id, 'undo'), {
        note,
        ...(version === undefined ? {} : { version: Number(version) }),
      });
    });
}

async function list(options: ListOptions): Promise<void> {
  const query = new URLSearchParams({ limit: '100' });
  for (const name of ['state', 'kind', 'source'] as const) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  const answer = await callApi(options, { method: 'GET', path: `/v1/change-sets?${query}` });
  printList(answer, ['id', 'kind', 'source', 'version', 'state', 'createdBy', 'note'], options);
}

async function send(options: ServerOptions & PrintOptions, path: string, body?: object): Promise<void> {
  const call = { method: 'POST', path, ...(body === undefined ? {} : { body }) };
  print(await callApi(options, call), options);
}

function pathOf(id: string, verb?: string): string {
  return `/v1/change-sets/${encodeURIComponent(id)}${verb === undefined ? '' : `/${verb}`}`;
}

function print(answer: unknown, options: PrintOptions): void {
  const set = answer as ChangeSetReply;
  console.log(options.json === true ? JSON.stringify(set, undefined, 2) : sayChangeSet(set).join('\n'));
}

/** A change set in words: what it is, what it would move, and what can be done next. */
export function sayChangeSet(set: ChangeSetReply): string[] {
  const { preview, limit, progress } = set;
  const what =
    set.kind === 'remap'
      ? `version ${set.version} of the mapping of ${set.source}`
      : JSON.stringify(set.what);
  return [
    `${set.id} is ${set.state}: ${set.kind}, ${what}; proposed by ${set.createdBy}: ${set.note}`,
    ...(preview === null
      ? []
      : [
          `would change: ${preview.events.changed} events, ${preview.customers.changed} customers, ${preview.partners} partners`,
          ...preview.money.map(
            (one) => `  ${one.partner}: ${one.before} -> ${one.after} ${one.currency} (${one.difference})`,
          ),
          `money that moves: ${preview.moves.amount ?? 'unknown, a rate is missing'} ${preview.moves.currency}; a second person above ${limit.amount}`,
          ...preview.notComputed.map((one) => `not computed: ${one}`),
        ]),
    ...(set.kind === 'remap' && set.state !== 'proposed' && set.state !== 'rejected'
      ? [
          `${Math.round(set.share * 100)} %: ${progress.deliveries} deliveries, ${progress.changed} events changed (${progress.away} not told any more), ${progress.added} new, ${progress.settled} out of quarantine`,
        ]
      : []),
    ...(set.error === null ? [] : [`error: ${set.error}`]),
    ...(set.decidedBy === null ? [] : [`decided by ${set.decidedBy}: ${set.decisionNote ?? ''}`]),
    ...(set.releasedBy === null ? [] : [`released by ${set.releasedBy}: ${set.releaseNote ?? ''}`]),
    ...(set.releasedBy === null && set.state === 'done' && set.kind !== 'opening' && set.kind !== 'adjustment'
      ? [`What it brought is held for a review: plumbline change-sets release ${set.id} --why "..."`]
      : []),
    ...(set.undoes === null ? [] : [`undoes ${set.undoes}`]),
    ...(set.undoneBy === null ? [] : [`undone by ${set.undoneBy}`]),
    ...(set.state === 'proposed'
      ? [
          `A person or key other than ${set.createdBy} must agree: plumbline change-sets approve ${set.id} --why "..."`,
        ]
      : []),
  ];
}
