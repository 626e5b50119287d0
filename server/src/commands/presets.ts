import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

interface Listed {
  readonly name: string;
  readonly what: string;
}

interface Read extends Listed {
  readonly document: unknown;
  readonly page: string | null;
}

interface Options extends ServerOptions, PrintOptions {
  readonly mapping?: boolean;
}

/** `plumbline presets [name]`. */
export function addPresetsCommand(program: Command): void {
  withServerOptions(program.command('presets'))
    .description('what a new source can start from: list all, or read the page of one')
    .argument('[name]', 'a preset, such as mt5')
    .option('--mapping', 'print its mapping document, a start for one of your own')
    .option('--json', 'print the answer as data')
    .action(async (name: string | undefined, options: Options) => {
      if (name === undefined) return printAll(options);
      const path = `/v1/presets/${encodeURIComponent(name)}`;
      const preset = (await callApi(options, { method: 'GET', path })) as Read;
      if (options.mapping === true) console.log(JSON.stringify(preset.document, undefined, 2));
      else if (options.json === true) printAnswer(preset, options);
      else console.log(preset.page ?? preset.what);
    });
}

async function printAll(options: Options): Promise<void> {
  const answer = (await callApi(options, { method: 'GET', path: '/v1/presets' })) as {
    items: readonly Listed[];
  };
  if (options.json === true) return printAnswer(answer, options);
  const width = Math.max(...answer.items.map((one) => one.name.length));
  for (const { name, what } of answer.items) console.log(`${name.padEnd(width)}  ${what}`);
}
