import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer, printList } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Options = ServerOptions & PrintOptions;

/** `plumbline partner create|list|move|moves|take-back|below|figures|leads`. */
export function addPartnerCommand(program: Command): void {
  const group = program.command('partner').description('partners: make, list, move in the tree');
  withServerOptions(group.command('create'))
    .description('make a partner')
    .argument('<name>')
    .requiredOption('--program <id>', 'prg_...')
    .option('--parent <id>', 'the partner above, prt_...')
    .option('--ref <text>', 'your own id of the partner')
    .option('--market <code>', 'where it works: a country such as US, or a state such as US-NJ')
    .option('--json', 'print the answer as data')
    .action(
      async (
        name: string,
        options: Options & { program: string; parent?: string; ref?: string; market?: string },
      ) => {
        const body = {
          programId: options.program,
          name,
          parentId: options.parent ?? null,
          externalRef: options.ref,
          market: options.market,
        };
        printAnswer(await callApi(options, { method: 'POST', path: '/v1/partners', body }), options);
      },
    );
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
  addMove(group);
  addTakeBack(group);
  addCompliance(group);
  addReadings(group);
  addFigures(group);
  addLeads(group);
}

interface MoveOptions {
  readonly parent?: string;
  readonly from?: string;
  readonly reason: string;
  readonly preview?: boolean;
}

function addMove(group: Command): void {
  withServerOptions(group.command('move'))
    .description('put a partner, with everybody below it, below another one from an instant on')
    .argument('<partner>', 'prt_...')
    .option('--parent <id>', 'the new partner above, prt_...; left out: to the top')
    .option('--from <time>', 'past or future; default: now')
    .requiredOption('--reason <text>', 'why; kept with the move and in the audit')
    .option('--preview', 'only say what it would do to money; nothing is moved')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options & MoveOptions) => {
      const { preview, reason } = options;
      const asked = { parentId: options.parent ?? null, effectiveFrom: options.from };
      const body = preview === true ? asked : { ...asked, reason };
      const path = `/v1/partners/${encodeURIComponent(id)}/moves${preview === true ? '/preview' : ''}`;
      printAnswer(await callApi(options, { method: 'POST', path, body }), options);
    });
  withServerOptions(group.command('moves'))
    .description('every version of the parent of a partner, and whether it is in force')
    .argument('<partner>', 'prt_...')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options) =>
      printAnswer(
        await callApi(options, { method: 'GET', path: `/v1/partners/${encodeURIComponent(id)}/moves` }),
        options,
      ),
    );
}

function addTakeBack(group: Command): void {
  withServerOptions(group.command('take-back'))
    .description('take a move back: it never was, and the version before it holds again')
    .argument('<move>', 'mov_..., as `partner moves` tells it')
    .requiredOption('--reason <text>', 'why; kept with the move and in the audit')
    .option('--preview', 'only say what it would do to money; nothing is taken back')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options & { reason: string; preview?: boolean }) => {
      const { preview, reason } = options;
      const path = `/v1/moves/${encodeURIComponent(id)}/retraction${preview === true ? '/preview' : ''}`;
      const body = preview === true ? {} : { body: { reason } };
      printAnswer(await callApi(options, { method: 'POST', path, ...body }), options);
    });
}

interface CheckOptions {
  readonly status: string;
  readonly from?: string;
  readonly to?: string;
  readonly reason: string;
}

function addCompliance(group: Command): void {
  withServerOptions(group.command('compliance'))
    .description('what was stated of the checks of a partner, and what blocks its payouts now')
    .argument('<partner>', 'prt_...')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options) =>
      printAnswer(
        await callApi(options, { method: 'GET', path: `/v1/partners/${encodeURIComponent(id)}/compliance` }),
        options,
      ),
    );
  withServerOptions(group.command('state-check'))
    .description('state how a check of a partner stands; payouts are blocked while it is not passed')
    .argument('<partner>', 'prt_...')
    .argument('<subject>', 'kyc, tax_form or sanctions')
    .requiredOption('--status <status>', 'pending, passed or failed')
    .option('--from <time>', 'past or future; default: now')
    .option('--to <time>', 'when it is no longer so, such as the expiry of a form')
    .requiredOption('--reason <text>', 'why; kept with the statement and in the audit')
    .option('--json', 'print the answer as data')
    .action(async (id: string, subject: string, options: Options & CheckOptions) => {
      const { status, from, to, reason } = options;
      const body = { subject, status, effectiveFrom: from, effectiveTo: to, reason };
      const path = `/v1/partners/${encodeURIComponent(id)}/compliance`;
      printAnswer(await callApi(options, { method: 'POST', path, body }), options);
    });
}

function addReadings(group: Command): void {
  withServerOptions(group.command('below'))
    .description('who stands directly below a partner, or at the top, each with how many stand below it')
    .argument('[partner]', 'prt_...; left out: those at the top')
    .requiredOption('--program <id>', 'prg_...')
    .option('--at <time>', 'as of this instant; default: now')
    .option('--cursor <text>', 'nextCursor of the page before')
    .option('--json', 'print the answer as data')
    .action(
      async (
        id: string | undefined,
        options: Options & { program: string; at?: string; cursor?: string },
      ) => {
        const query = new URLSearchParams({ limit: '200', programId: options.program });
        if (id !== undefined) query.set('parentId', id);
        if (options.at !== undefined) query.set('at', options.at);
        if (options.cursor !== undefined) query.set('cursor', options.cursor);
        printAnswer(await callApi(options, { method: 'GET', path: `/v1/partner-tree?${query}` }), options);
      },
    );
}

function addFigures(group: Command): void {
  withServerOptions(group.command('figures'))
    .description('what happened with the customers of a partner, and of those below it')
    .argument('<partner>', 'prt_...')
    .option(
      '--from <day>',
      "first day, in the program's zone; default: 29 days before the last, by month 11 months",
    )
    .option('--to <day>', 'last day, inclusive; default: today')
    .option('--by <time>', 'day, month or total', 'month')
    .option('--json', 'print the answer as data')
    .action(async (id: string, options: Options & { from?: string; to?: string; by: string }) => {
      const query = new URLSearchParams({ by: options.by });
      if (options.from !== undefined) query.set('from', options.from);
      if (options.to !== undefined) query.set('to', options.to);
      const path = `/v1/partners/${encodeURIComponent(id)}/figures?${query}`;
      printAnswer(await callApi(options, { method: 'GET', path }), options);
    });
}

function addLeads(group: Command): void {
  withServerOptions(group.command('leads'))
    .description(
      'customers of a partner from their registration on: what brought each, and what it lacks to qualify',
    )
    .argument('<partner>', 'prt_...')
    .option('--state <state>', 'registered, deposited or qualified')
    .option(
      '--search <text>',
      'part of a campaign or code; the whole of a sub-ID, a country, a link or a customer id',
    )
    .option('--sort <order>', 'newest, oldest or firstDeposit', 'newest')
    .option('--cursor <text>', 'nextCursor of the page before')
    .option('--json', 'print the answer as data')
    .action(
      async (
        id: string,
        options: Options & { state?: string; search?: string; sort: string; cursor?: string },
      ) => {
        const query = new URLSearchParams({ limit: '100', sort: options.sort });
        for (const name of ['state', 'search', 'cursor'] as const) {
          const value = options[name];
          if (value !== undefined) query.set(name, value);
        }
        const path = `/v1/partners/${encodeURIComponent(id)}/leads?${query}`;
        const answer = await callApi(options, { method: 'GET', path });
        printList(answer, ['customerId', 'registeredAt', 'state', 'campaign', 'country', 'why'], options);
      },
    );
}
