import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Options = ServerOptions & PrintOptions;

/** `plumbline partner create|list|move`. */
export function addPartnerCommand(program: Command): void {
  const group = program.command('partner').description('partners: make, list, move in the tree');
  withServerOptions(group.command('create'))
    .description('make a partner')
    .argument('<name>')
    .requiredOption('--program <id>', 'prg_...')
    .option('--parent <id>', 'the partner above, prt_...')
    .option('--ref <text>', 'your own id of the partner')
    .option('--json', 'print the answer as data')
    .action(async (name: string, options: Options & { program: string; parent?: string; ref?: string }) => {
      const body = {
        programId: options.program,
        name,
        parentId: options.parent ?? null,
        externalRef: options.ref,
      };
      printAnswer(await callApi(options, { method: 'POST', path: '/v1/partners', body }), options);
    });
  withServerOptions(group.command('list'))
    .description('list partners, newest first')
    .option('--program <id>', 'prg_...')
    .option('--search <text>', 'part of the name')
    .option('--json', 'print the answer as data')
    .action(async (options: Options & { program?: string; search?: string }) => {
      const query = new URLSearchParams({ limit: '200' });
      if (options.program !== undefined) query.set('programId', options.program);
      if (options.search !== undefined) query.set('search', options.search);
      printAnswer(await callApi(options, { method: 'GET', path: `/v1/partners?${query}` }), options);
    });
  withServerOptions(group.command('move'))
    .description('put a partner below another one from an instant on')
    .argument('<partner>', 'prt_...')
    .option('--parent <id>', 'the new partner above, prt_...; left out: to the top')
    .option('--from <time>', 'default: now')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options & { parent?: string; from?: string }) => {
      const body = { parentId: options.parent ?? null, effectiveFrom: options.from };
      printAnswer(
        await callApi(options, {
          method: 'POST',
          path: `/v1/partners/${encodeURIComponent(id)}/parent`,
          body,
        }),
        options,
      );
    });
}
