import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer, printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

interface ListOptions extends ServerOptions, PrintOptions {
  readonly source?: string;
  readonly kind?: string;
  readonly state: string;
}

/** `plumbline drift list|propose|accept|dismiss`. */
export function addDriftCommand(program: Command): void {
  const group = program.command('drift').description('what changed in what sources send, and what to do');
  withServerOptions(group.command('list', { isDefault: true }))
    .description('list what changed, the latest first')
    .option('--source <slug>', 'of this source only')
    .option('--kind <kind>', 'new_field, missing_field, retyped_field or unseen_code')
    .option('--state <state>', 'open, accepted, dismissed or all', 'open')
    .option('--json', 'print the answer as data')
    .action(async (options: ListOptions) => {
      const query = new URLSearchParams({ limit: '100', state: options.state });
      for (const name of ['source', 'kind'] as const) {
        const value = options[name];
        if (value !== undefined) query.set(name, value);
      }
      const answer = await callApi(options, { method: 'GET', path: `/v1/drift?${query}` });
      printList(answer, ['id', 'source', 'kind', 'sentence', 'state'], options);
    });
  withServerOptions(group.command('propose'))
    .description(
      'print the mapping in force with the proposed change in it: a file for plumbline mapping try',
    )
    .argument('<id>', 'drf_...')
    .action(async (id: string, options: ServerOptions) => {
      const path = `/v1/drift/${encodeURIComponent(id)}/propose`;
      const answer = (await callApi(options, { method: 'POST', path })) as { document: unknown };
      console.log(JSON.stringify(answer.document, undefined, 2));
    });
  for (const verb of ['accept', 'dismiss'] as const) {
    withServerOptions(group.command(verb))
      .description(verb === 'accept' ? 'say that a signal is dealt with' : 'say that a signal needs nothing')
      .argument('<id>', 'drf_...')
      .requiredOption('--why <text>', 'kept with the signal and in the audit')
      .action(async (id: string, options: ServerOptions & { why: string }) => {
        const path = `/v1/drift/${encodeURIComponent(id)}/${verb}`;
        const body = { why: options.why };
        printAnswer(await callApi(options, { method: 'POST', path, body }), { json: true });
      });
  }
}
