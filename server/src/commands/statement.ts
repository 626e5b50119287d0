import { writeFileSync } from 'node:fs';
import type { settlementPage, settlementReply, statementReply } from '@plumbline/contract';
import type { Command } from 'commander';
import type { z } from 'zod';
import { SetupProblem } from '../platform/setup-problem.ts';
import { callApi, fetchApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Statement = z.infer<typeof statementReply>;
type Settlement = z.infer<typeof settlementReply>;
type Options = ServerOptions & PrintOptions;

/** `plumbline statement show|csv|pdf` and `plumbline settlement list|show`. */
export function addStatementCommands(program: Command): void {
  addStatements(
    program.command('statement').description('statements: what was booked for a partner in a month'),
  );
  addSettlements(
    program.command('settlement').description('settlements: what each month is worth, step by step'),
  );
}

function addStatements(group: Command): void {
  withServerOptions(group.command('show'))
    .description('print the draft statement of a partner for a month')
    .argument('<partner>', 'prt_...')
    .argument('<month>', 'such as 2026-03')
    .option('--json', 'print the answer as data')
    .action(async (partner: string, month: string, options: Options) => {
      const path = pathOf(partner, month);
      const answer = (await callApi(options, { method: 'GET', path })) as Statement;
      if (options.json === true) printAnswer(answer, options);
      else console.log(sayStatement(answer).join('\n'));
    });
  withServerOptions(group.command('csv'))
    .description('print every booked row of a statement as CSV')
    .argument('<partner>', 'prt_...')
    .argument('<month>', 'such as 2026-03')
    .option('--out <file>', 'write it here (default: print it)')
    .action(async (partner: string, month: string, options: Options & { readonly out?: string }) => {
      const answer = await fetchApi(options, { method: 'GET', path: `${pathOf(partner, month)}/items.csv` });
      if (options.out === undefined) process.stdout.write(await answer.text());
      else writeNew(options.out, Buffer.from(await answer.arrayBuffer()));
    });
  withServerOptions(group.command('pdf'))
    .description('write the statement as a PDF')
    .argument('<partner>', 'prt_...')
    .argument('<month>', 'such as 2026-03')
    .requiredOption('--out <file>', 'write it here')
    .action(async (partner: string, month: string, options: Options & { readonly out: string }) => {
      const path = `${pathOf(partner, month)}/statement.pdf`;
      const answer = await fetchApi(options, { method: 'GET', path });
      writeNew(options.out, Buffer.from(await answer.arrayBuffer()));
    });
}

function addSettlements(group: Command): void {
  withServerOptions(group.command('list'))
    .description('list what months are worth to the partners of a program, newest month first')
    .requiredOption('--program <id>', 'prg_...')
    .option('--partner <id>', 'prt_...')
    .option('--month <month>', 'such as 2026-03')
    .option('--component <id>', 'a component of the deal')
    .option('--json', 'print the answer as data')
    .action(listSettlements);
  withServerOptions(group.command('show'))
    .description('say how a month of a component came about')
    .argument('<partner>', 'prt_...')
    .argument('<month>', 'such as 2026-03')
    .argument('<component>', 'its id in the deal')
    .option('--json', 'print the answer as data')
    .action(async (partner: string, month: string, component: string, options: Options) => {
      const query = new URLSearchParams({ period: month, component });
      const path = `/v1/partners/${encodeURIComponent(partner)}/settlements?${query}`;
      const answer = (await callApi(options, { method: 'GET', path })) as z.infer<typeof settlementPage>;
      const [found] = answer.items;
      if (found === undefined)
        throw new SetupProblem(
          `${partner} has no figure of ${component} for ${month}. See: plumbline settlement list`,
        );
      if (options.json === true) printAnswer(found, options);
      else console.log(saySettlement(found).join('\n'));
    });
}

interface ListOptions extends Options {
  readonly program: string;
  readonly partner?: string;
  readonly month?: string;
  readonly component?: string;
}

/** All pages, one after the other. */
async function listSettlements(options: ListOptions): Promise<void> {
  const query = new URLSearchParams({ limit: '200', programId: options.program });
  if (options.partner !== undefined) query.set('partnerId', options.partner);
  if (options.month !== undefined) query.set('period', options.month);
  if (options.component !== undefined) query.set('component', options.component);
  const items: Settlement[] = [];
  for (;;) {
    const path = `/v1/settlements?${query}`;
    const page = (await callApi(options, { method: 'GET', path })) as z.infer<typeof settlementPage>;
    items.push(...page.items);
    if (page.nextCursor === null) break;
    query.set('cursor', page.nextCursor);
  }
  if (options.json === true) return printAnswer({ items }, options);
  console.log(items.length === 0 ? 'none' : items.map(lineOf).join('\n'));
}

function lineOf(one: Settlement): string {
  const { period, partnerId, component, amount, provisional, reason } = one;
  const state = provisional ? 'provisional' : 'final';
  return `${period}  ${partnerId}  ${component}  ${amount.amount} ${amount.currency}  ${state}  ${reason ?? ''}`.trimEnd();
}

/** A settlement in lines, for people. */
export function saySettlement(one: Settlement): string[] {
  return [
    lineOf(one),
    ...(one.sentence === null ? [] : [one.sentence]),
    ...one.steps.map(({ step, amount, by }) => {
      const rests = Object.entries(by).map(([name, value]) => `${name} ${value}`);
      return `  ${step}  ${amount}${rests.length === 0 ? '' : `  (${rests.join(', ')})`}`;
    }),
    ...Object.entries(one.carry).map(
      ([name, value]) => `  carried: ${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ),
  ];
}

/** A statement in lines, for people; what is of earlier months says so. */
export function sayStatement(statement: Omit<Statement, 'completeness'>): string[] {
  const { partner, period, provisional, totals, lines, carries } = statement;
  return [
    `Statement ${period} of ${partner}, ${provisional ? 'provisional: the month is not closed' : 'final'}`,
    ...(totals.length === 0 ? ['Nothing was ever booked.'] : []),
    ...totals.map(
      ({ currency, opening, booked, paid, closing }) =>
        `${currency}: ${opening.amount} at the beginning, ${booked.amount} booked, ${paid.amount} paid, ${closing.amount} at the end`,
    ),
    ...lines.map(
      (line) =>
        `  ${line.component}  ${line.earnedIn}${line.isCorrection ? ' (corrected or late)' : ''}  ${line.amount.amount} ${line.currency}, approved ${line.approved.amount}, held ${line.held.amount}, ${line.commissions} rows`,
    ),
    ...carries.map(({ component, carry }) => `  carried by ${component}: ${JSON.stringify(carry)}`),
  ];
}

function pathOf(partner: string, month: string): string {
  return `/v1/partners/${encodeURIComponent(partner)}/statements/${encodeURIComponent(month)}`;
}

/** Throws SetupProblem where a file stands already: it may hold somebody's work. */
function writeNew(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes, { flag: 'wx' });
  } catch (error) {
    throw new SetupProblem(
      (error as NodeJS.ErrnoException).code === 'EEXIST'
        ? `The file ${file} exists already and is left as it is; give --out another name.`
        : `The file ${file} cannot be written: ${(error as Error).message}`,
    );
  }
  console.error(`${file} is written.`);
}
