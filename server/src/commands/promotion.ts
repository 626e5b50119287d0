import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Options = ServerOptions & PrintOptions;
type Texts = Readonly<Record<string, string | undefined>>;

/** `plumbline campaign|creative|code|strike`: what partners promote with. */
export function addPromotionCommands(program: Command): void {
  addCampaigns(program.command('campaign').description('campaigns: make, close, open, list'));
  addCreatives(
    program.command('creative').description('creatives: make, submit, approve, reject, expire, list'),
  );
  addCodes(program.command('code').description('promo codes: make, end, list'));
  addStrikes(program.command('strike').description('strikes against partners: add, withdraw, list'));
}

function command(group: Command, name: string, description: string): Command {
  return withServerOptions(group.command(name))
    .description(description)
    .option('--json', 'print the answer as data');
}

async function send(
  options: Options,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: object,
): Promise<void> {
  printAnswer(await callApi(options, { method, path, ...(body === undefined ? {} : { body }) }), options);
}

/** A list with the filters that were given. */
async function list(options: Options, path: string, filters: Texts): Promise<void> {
  const query = new URLSearchParams({ limit: '200' });
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) query.set(name, value);
  await send(options, 'GET', `${path}?${query}`);
}

const part = (id: string): string => encodeURIComponent(id);

function addCampaigns(group: Command): void {
  command(group, 'create', 'make a campaign')
    .argument('<name>')
    .requiredOption('--program <id>', 'prg_...')
    .action((name: string, options: Options & { program: string }) =>
      send(options, 'POST', '/v1/campaigns', { programId: options.program, name }),
    );
  for (const [verb, active] of [
    ['close', false],
    ['open', true],
  ] as const) {
    command(group, verb, `${verb} a campaign for new links and codes`)
      .argument('<campaign>', 'cmp_...')
      .action((id: string, options: Options) =>
        send(options, 'PATCH', `/v1/campaigns/${part(id)}`, { active }),
      );
  }
  command(group, 'list', 'list campaigns, newest first')
    .option('--program <id>', 'prg_...')
    .action((options: Options & { program?: string }) =>
      list(options, '/v1/campaigns', { programId: options.program }),
    );
}

interface CreativeOptions extends Options {
  readonly program: string;
  readonly partner?: string;
  readonly kind?: string;
  readonly content: string;
  readonly expires?: string;
  readonly submit?: boolean;
}

function addCreatives(group: Command): void {
  command(group, 'create', 'make a creative')
    .argument('<name>', 'what links say')
    .requiredOption('--program <id>', 'prg_...')
    .requiredOption('--content <text>', 'the text itself, or the address at which it is shown')
    .option('--partner <id>', 'who hands it in, prt_...; left out: the operator')
    .option('--kind <kind>', 'banner, text, video, email, page, social, other')
    .option('--expires <time>', 'default: never')
    .option('--submit', 'put it into the approval queue at once')
    .action((name: string, options: CreativeOptions) =>
      send(options, 'POST', '/v1/creatives', {
        programId: options.program,
        partnerId: options.partner,
        name,
        kind: options.kind,
        content: options.content,
        expiresAt: options.expires,
        submit: options.submit,
      }),
    );
  for (const [verb, state] of [
    ['submit', 'submitted'],
    ['approve', 'approved'],
    ['reject', 'rejected'],
    ['withdraw', 'draft'],
  ] as const) {
    command(group, verb, `${verb} a creative`)
      .argument('<creative>', 'crv_...')
      .option('--reason <text>', 'asked for when it is rejected')
      .option('--from <time>', 'default: now')
      .action((id: string, options: Options & { reason?: string; from?: string }) =>
        send(options, 'POST', `/v1/creatives/${part(id)}/state`, {
          state,
          reason: options.reason,
          effectiveFrom: options.from,
        }),
      );
  }
  command(group, 'expire', 'say from when on a creative may not be used')
    .argument('<creative>', 'crv_...')
    .argument('<time>', 'or never')
    .action((id: string, time: string, options: Options) =>
      send(options, 'PATCH', `/v1/creatives/${part(id)}`, { expiresAt: time === 'never' ? null : time }),
    );
  command(group, 'list', 'list creatives, newest first')
    .option('--program <id>', 'prg_...')
    .option('--partner <id>', 'prt_...')
    .option('--state <state>', 'submitted: the approval queue')
    .action((options: Options & { program?: string; partner?: string; state?: string }) =>
      list(options, '/v1/creatives', {
        programId: options.program,
        partnerId: options.partner,
        state: options.state,
      }),
    );
}

interface CodeOptions extends Options {
  readonly partner: string;
  readonly campaign?: string;
  readonly exclusive?: boolean;
  readonly from?: string;
  readonly to?: string;
}

function addCodes(group: Command): void {
  command(group, 'create', 'give a promo code to a partner')
    .argument('<code>')
    .requiredOption('--partner <id>', 'prt_...')
    .option('--campaign <text>')
    .option('--exclusive', 'goes before a click where only exclusive codes do')
    .option('--from <time>', 'default: now; beginning: from the beginning')
    .option('--to <time>', 'the first instant at which it no longer holds; default: open')
    .action((code: string, options: CodeOptions) =>
      send(options, 'POST', '/v1/codes', {
        partnerId: options.partner,
        code,
        campaign: options.campaign,
        exclusive: options.exclusive,
        effectiveFrom: options.from === 'beginning' ? null : options.from,
        effectiveTo: options.to,
      }),
    );
  command(group, 'end', 'end a promo code')
    .argument('<code>', 'cod_...')
    .argument('<time>', 'the first instant at which it no longer holds, or never')
    .action((id: string, time: string, options: Options) =>
      send(options, 'PATCH', `/v1/codes/${part(id)}`, { effectiveTo: time === 'never' ? null : time }),
    );
  command(group, 'list', 'list promo codes, newest first')
    .option('--program <id>', 'prg_...')
    .option('--partner <id>', 'prt_...')
    .option('--code <text>', 'in any spelling')
    .action((options: Options & { program?: string; partner?: string; code?: string }) =>
      list(options, '/v1/codes', {
        programId: options.program,
        partnerId: options.partner,
        code: options.code,
      }),
    );
}

function addStrikes(group: Command): void {
  command(group, 'add', 'count a strike against a partner')
    .argument('<partner>', 'prt_...')
    .requiredOption('--reason <text>')
    .option('--effect <effect>', 'noted, flagged or suspended; default noted')
    .option('--creative <id>', 'what was shown, crv_...')
    .action((id: string, options: Options & { reason: string; effect?: string; creative?: string }) =>
      send(options, 'POST', `/v1/partners/${part(id)}/strikes`, {
        reason: options.reason,
        effect: options.effect,
        creativeId: options.creative,
      }),
    );
  command(group, 'withdraw', 'take a strike back')
    .argument('<strike>', 'stk_...')
    .requiredOption('--reason <text>')
    .action((id: string, options: Options & { reason: string }) =>
      send(options, 'POST', `/v1/strikes/${part(id)}/withdraw`, { reason: options.reason }),
    );
  command(group, 'list', 'list the strikes of a partner')
    .argument('<partner>', 'prt_...')
    .action((id: string, options: Options) => send(options, 'GET', `/v1/partners/${part(id)}/strikes`));
}
