import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';

type Options = ServerOptions & PrintOptions;

interface CreateOptions extends Options {
  readonly partner: string;
  readonly campaign?: string;
  readonly creative?: string;
  readonly clickParam?: string;
  readonly allowHost?: string[];
}

/** `plumbline link create|list|visits`. */
export function addLinkCommand(program: Command): void {
  const group = program.command('link').description('tracking links: make, list, and their visits');
  withServerOptions(group.command('create'))
    .description('make a tracking link')
    .argument('<landing-url>', 'where the visitor lands')
    .requiredOption('--partner <id>', 'prt_...')
    .option('--campaign <text>')
    .option('--creative <text>')
    .option(
      '--click-param <name>',
      'the parameter in which the landing page expects the click id (default: click_id)',
    )
    .option('--allow-host <host...>', 'where deep links may lead (default: as the program says)')
    .option('--json', 'print the answer as data')
    .action(async (landingUrl: string, options: CreateOptions) => {
      const body = {
        partnerId: options.partner,
        landingUrl,
        campaign: options.campaign,
        creative: options.creative,
        clickParam: options.clickParam,
        allowedHosts: options.allowHost,
      };
      printAnswer(await callApi(options, { method: 'POST', path: '/v1/links', body }), options);
    });
  withServerOptions(group.command('list'))
    .description('list tracking links, newest first')
    .option('--partner <id>', 'prt_...')
    .option('--json', 'print the answer as data')
    .action(async (options: Options & { partner?: string }) => {
      const query = new URLSearchParams({ limit: '200' });
      if (options.partner !== undefined) query.set('partnerId', options.partner);
      printAnswer(await callApi(options, { method: 'GET', path: `/v1/links?${query}` }), options);
    });
  addVisits(group);
}

interface VisitOptions extends Options {
  readonly link?: string;
  readonly partner?: string;
  readonly clickId?: string;
  readonly mark?: string;
  readonly from?: string;
  readonly to?: string;
}

function addVisits(group: Command): void {
  withServerOptions(group.command('visits'))
    .description('list visits through tracking links, newest first')
    .option('--link <id>', 'lnk_...')
    .option('--partner <id>', 'prt_...')
    .option('--click-id <text>', 'as the landing page got it')
    .option('--mark <mark>', 'bot, duplicate, partner_suspended and so on; none: without any')
    .option('--from <time>', 'clicked at or after')
    .option('--to <time>', 'clicked before')
    .option('--json', 'print the answer as data')
    .action(async (options: VisitOptions) => {
      const { link: linkId, partner: partnerId, clickId, mark, from, to } = options;
      const query = new URLSearchParams({ limit: '200' });
      for (const [name, value] of Object.entries({ linkId, partnerId, clickId, mark, from, to }))
        if (value !== undefined) query.set(name, value);
      printAnswer(await callApi(options, { method: 'GET', path: `/v1/clicks?${query}` }), options);
    });
}
