import type { storedEventReply } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type StoredEvent = z.infer<typeof storedEventReply>;

interface ListOptions extends ServerOptions, PrintOptions {
  readonly program?: string;
  readonly source?: string;
}

/** `plumbline event list`: the ids that `plumbline explain` asks for, with what became of each event. */
export function addEventCommand(program: Command): void {
  const group = program.command('event').description('events: list what came in and what became of it');
  withServerOptions(group.command('list', { isDefault: true }))
    .description('list events, newest first; plumbline explain says why')
    .option('--program <id>', 'prg_...')
    .option('--source <slug>', 'only of this source')
    .option('--json', 'print the answer as data')
    .action(async (options: ListOptions) => {
      const query = new URLSearchParams({ limit: '100' });
      if (options.program !== undefined) query.set('programId', options.program);
      if (options.source !== undefined) query.set('source', options.source);
      const answer = await callApi(options, { method: 'GET', path: `/v1/events?${query}` });
      if (options.json === true) return printAnswer(answer, options);
      const { items } = answer as { items: StoredEvent[] };
      console.log(items.length === 0 ? 'none' : items.map(lineOf).join('\n'));
    });
}

function lineOf({ id, source, kind, externalId, occurredAt, state, reason }: StoredEvent): string {
  return [id, source, kind, externalId, occurredAt, state, reason ?? ''].join('  ').trimEnd();
}
