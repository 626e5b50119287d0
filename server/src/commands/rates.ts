import { readFileSync } from 'node:fs';
import type { ChangeSetReply } from '@plumbline/contract';
import type { Command } from 'commander';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { sayChangeSet } from './change-sets.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Options = ServerOptions & PrintOptions;

interface ImportOptions extends Options {
  readonly from: string;
  readonly restate?: boolean;
  readonly reason?: string;
}

interface ListOptions extends Options {
  readonly base?: string;
  readonly quote?: string;
}

interface ConvertOptions extends Options {
  readonly program: string;
  readonly at: string;
}

/** `plumbline rates import|correct|list|convert`. */
export function addRatesCommand(program: Command): void {
  const group = program
    .command('rates')
    .description('exchange rates: take in a file, correct, list, convert');
  addImport(group);
  addCorrect(group);
  withServerOptions(group.command('list'))
    .description('list rates, newest publication first')
    .option('--base <currency>')
    .option('--quote <currency>')
    .option('--json', 'print the answer as data')
    .action(async (options: ListOptions) => {
      const query = new URLSearchParams({ limit: '200' });
      if (options.base !== undefined) query.set('base', options.base);
      if (options.quote !== undefined) query.set('quote', options.quote);
      printAnswer(await callApi(options, { method: 'GET', path: `/v1/rates?${query}` }), options);
    });
  withServerOptions(group.command('convert'))
    .description('convert an amount as a decision of a program would')
    .argument('<amount>', 'a decimal, such as 12.50')
    .argument('<from>', 'currency')
    .argument('<to>', 'currency')
    .requiredOption('--program <id>', 'prg_...: its order of publishers counts')
    .requiredOption('--at <instant>', 'such as 2026-03-01T12:00:00Z')
    .option('--json', 'print the answer as data')
    .action(async (amount: string, from: string, to: string, options: ConvertOptions) => {
      const query = new URLSearchParams({ programId: options.program, amount, from, to, at: options.at });
      printAnswer(await callApi(options, { method: 'GET', path: `/v1/rates/convert?${query}` }), options);
    });
}

function addImport(group: Command): void {
  withServerOptions(group.command('import'))
    .description('take in a file of rates; what is known already is left as it is')
    .argument(
      '<file>',
      'eurofxref-daily.xml, an answer of Open Exchange Rates, or your own table as CSV or JSON',
    )
    .requiredOption('--from <publisher>', 'ecb, oxr or own')
    .option(
      '--restate',
      'also write rates that differ from what the publisher said before for the same instant',
    )
    .option('--reason <text>', 'why they are restated')
    .option('--json', 'print the answer as data')
    .action(async (file: string, options: ImportOptions) => {
      const body = {
        source: options.from,
        text: readText(file),
        restate: options.restate ?? false,
        reason: options.reason,
      };
      printAnswer(await callApi(options, { method: 'POST', path: '/v1/rates/imports', body }), options);
    });
}

interface CorrectOptions extends Options {
  readonly program: string;
  readonly at: string;
  readonly of: string;
  readonly why?: string;
}

function addCorrect(group: Command): void {
  withServerOptions(group.command('correct'))
    .description(
      'correct a rate for a program that may have used it; without --why it only shows what that would do',
    )
    .argument('<base>', 'currency')
    .argument('<quote>', 'currency')
    .argument('<rate>', 'units of quote for one unit of base')
    .requiredOption('--program <id>', 'prg_...: what it decided at the rate is decided again')
    .requiredOption('--at <instant>', 'when the rate was published, such as 2026-03-01T00:00:00Z')
    .option('--of <publisher>', 'ecb, oxr or own', 'own')
    .option('--why <text>', 'kept with the change set and in the audit')
    .option('--json', 'print the answer as data')
    .action(async (base: string, quote: string, rate: string, options: CorrectOptions) => {
      const { program: programId, at: validFrom, of: source, why } = options;
      const asked = { programId, source, rates: [{ base, quote, rate, validFrom }] };
      const path = `/v1/rate-corrections${why === undefined ? '/preview' : ''}`;
      const body = why === undefined ? asked : { ...asked, reason: why };
      const answer = await callApi(options, { method: 'POST', path, body });
      const isSet = String((answer as { id?: unknown }).id).startsWith('chg_');
      // It waits for a second person: nothing holds yet.
      if (isSet) process.exitCode = 1;
      if (!isSet || options.json === true) return printAnswer(answer, options);
      process.stdout.write(`${sayChangeSet(answer as ChangeSetReply).join('\n')}\n`);
    });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SetupProblem(`The file ${file} cannot be read: ${(error as Error).message}`);
  }
}
