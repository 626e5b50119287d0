import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

interface ParkedOptions extends ServerOptions, PrintOptions {
  readonly program?: string;
}

interface ParkedAnswer {
  readonly items: readonly {
    readonly namespace: string;
    readonly value: string;
    readonly events: number;
    readonly reason: string;
    readonly sentence: string;
  }[];
}

/** `plumbline parked`. */
export function addParkedCommand(program: Command): void {
  withServerOptions(program.command('parked'))
    .description('list the identifiers that events wait for, and why')
    .option('--program <id>', 'prg_...')
    .option('--json', 'print the answer as data')
    .action(async (options: ParkedOptions) => {
      const query = new URLSearchParams({ limit: '100' });
      if (options.program !== undefined) query.set('programId', options.program);
      const answer = await callApi(options, { method: 'GET', path: `/v1/parked?${query}` });
      if (options.json === true) return printAnswer(answer, options);
      const { items } = answer as ParkedAnswer;
      const lines = items.map(({ namespace, value, events, reason, sentence }) =>
        [namespace, value, `${events} waiting`, reason, sentence].join('  '),
      );
      console.log(lines.length === 0 ? 'none' : lines.join('\n'));
    });
}
