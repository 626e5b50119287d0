import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Options = ServerOptions & PrintOptions;

interface CreateOptions extends Options {
  readonly vertical: string;
  readonly currency: string;
  readonly zone: string;
  readonly sandbox?: boolean;
  readonly clockAt?: string;
  readonly preset: boolean;
  readonly slug?: string;
}

/** `plumbline program create|list|clock`. */
export function addProgramCommand(program: Command): void {
  const group = program.command('program').description('programs: make, list, move the clock of a sandbox');
  withServerOptions(group.command('create'))
    .description('make a program, with the default deal of its vertical')
    .argument('<name>')
    .option('--vertical <vertical>', 'forex, igaming or prop', 'forex')
    .option('--currency <code>', 'base currency', 'USD')
    .option('--zone <zone>', 'time zone in which its days begin', 'UTC')
    .option('--slug <slug>', 'short name (default: made from the name)')
    .option('--sandbox', 'whose clock can be set')
    .option('--clock-at <time>', "sandbox only: where the program's clock stands at first")
    .option('--no-preset', 'without the default deal')
    .option('--json', 'print the answer as data')
    .action(async (name: string, options: CreateOptions) => {
      const { vertical, currency, zone, slug, sandbox, clockAt, preset } = options;
      const body = {
        name,
        vertical,
        baseCurrency: currency,
        zone,
        slug,
        preset,
        sandbox: sandbox === true,
        clockAt,
      };
      printAnswer(await callApi(options, { method: 'POST', path: '/v1/programs', body }), options);
    });
  withServerOptions(group.command('list'))
    .description('list programs, newest first')
    .option('--json', 'print the answer as data')
    .action(async (options: Options) =>
      printAnswer(await callApi(options, { method: 'GET', path: '/v1/programs?limit=200' }), options),
    );
  withServerOptions(group.command('clock'))
    .description('move the clock of a sandbox program forward; what has become due has run when this ends')
    .argument('<program>', 'prg_...')
    .argument('<time>', 'such as 2026-03-01T00:00:00Z')
    .option('--json', 'print the answer as data')
    .action(async (id: string, at: string, options: Options) => {
      printAnswer(
        await callApi(options, {
          method: 'POST',
          path: `/v1/programs/${encodeURIComponent(id)}/clock`,
          body: { at },
        }),
        options,
      );
    });
}
