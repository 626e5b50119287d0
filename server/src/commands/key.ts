import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Options = ServerOptions & PrintOptions;

/** `plumbline key create|list|revoke`. */
export function addKeyCommand(program: Command): void {
  const group = program.command('key').description('API keys: make, list, revoke');
  withServerOptions(group.command('create'))
    .description('make an API key; it is shown this once')
    .argument('<name>')
    .requiredOption(
      '--scope <scopes...>',
      'what it may do, such as registry:read events:write; * is everything',
    )
    .option('--json', 'print the answer as data')
    .action(async (name: string, options: Options & { scope: string[] }) => {
      printAnswer(
        await callApi(options, {
          method: 'POST',
          path: '/v1/api-keys',
          body: { name, scopes: options.scope },
        }),
        options,
      );
    });
  withServerOptions(group.command('list'))
    .description('list API keys, newest first')
    .option('--json', 'print the answer as data')
    .action(async (options: Options) =>
      printAnswer(await callApi(options, { method: 'GET', path: '/v1/api-keys?limit=200' }), options),
    );
  withServerOptions(group.command('revoke'))
    .description('revoke an API key; it stops within five seconds')
    .argument('<key>', 'key_...')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options) => {
      printAnswer(
        await callApi(options, { method: 'DELETE', path: `/v1/api-keys/${encodeURIComponent(id)}` }),
        options,
      );
    });
}
