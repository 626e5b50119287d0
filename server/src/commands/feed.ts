import type { Command } from 'commander';
import { callApi, withServerOptions } from './call-api.ts';
import type { ServerOptions } from './call-api.ts';
import { printAnswer } from './print-answer.ts';
import type { PrintOptions } from './print-answer.ts';
import { collect, readDocument, readPairs, readText } from './read-document.ts';

type Options = ServerOptions & PrintOptions;

interface SecretOptions extends Options {
  readonly secret?: string;
  readonly secretFile?: string;
}

interface CreateOptions extends SecretOptions {
  readonly scheme: string;
  readonly with: readonly string[];
  readonly verification?: string;
  readonly kind?: string;
  readonly allowIp: readonly string[];
  readonly secretPath?: boolean;
  readonly publicUrl?: string;
  readonly reply?: string;
}

/** `plumbline feed create|list|show|secret|retire|pause|resume|delete`. */
export function addFeedCommand(program: Command): void {
  const group = program
    .command('feed')
    .description('feeds: webhooks of a source, how they prove themselves, and their secrets');
  addCreate(group);
  addReaders(group);
  addSecrets(group);
  addSwitches(group);
}

function addCreate(group: Command): void {
  withSecret(withServerOptions(group.command('create')))
    .description('make a way in; prints its address, and the secret if it was made here, both this once')
    .argument('<source>', 'slug or src_...')
    .argument('[name]', 'name of the feed; webhook has the short address', 'webhook')
    .option(
      '--scheme <name>',
      'stripe, shopify, hubspot-v3, hmac, bearer, none ... (docs/feeds.md has all)',
      'hmac',
    )
    .option(
      '--with <name=value>',
      'an option of the scheme, such as header=X-Signature; may be repeated',
      collect,
      [],
    )
    .option('--verification <file>', 'the whole scheme as JSON or YAML, instead of --scheme and --with')
    .option('--kind <kind>', 'webhook or postback (default: webhook)')
    .option('--allow-ip <network>', 'an address or network that may deliver; may be repeated', collect, [])
    .option('--secret-path', 'the address ends in a secret')
    .option('--public-url <address>', 'the address as the outside system calls it, where it is signed')
    .option('--reply <kind>', "strict, stored or legacy (default: the scheme's)")
    .option('--json', 'print the answer as data')
    .action(async (source: string, name: string, options: CreateOptions) => {
      const verification =
        options.verification === undefined
          ? { scheme: options.scheme, ...typedPairs(readPairs(options.with)) }
          : readDocument(options.verification);
      const body = {
        name,
        kind: options.kind,
        verification,
        secret: readSecret(options),
        secretPath: options.secretPath,
        allowIps: options.allowIp,
        reply: options.reply === undefined ? undefined : { kind: options.reply },
        settings: options.publicUrl === undefined ? undefined : { publicUrl: options.publicUrl },
      };
      printAnswer(await callApi(options, { method: 'POST', path: feedsPath(source), body }), options);
    });
}

function addReaders(group: Command): void {
  withServerOptions(group.command('list'))
    .description('list the configured feeds of a source')
    .argument('<source>', 'slug or src_...')
    .option('--json', 'print the answer as data')
    .action(async (source: string, options: Options) =>
      printAnswer(await callApi(options, { method: 'GET', path: feedsPath(source) }), options),
    );
  withServerOptions(group.command('show'))
    .description('show a feed: its secrets by id, and what came through it')
    .argument('<source>', 'slug or src_...')
    .argument('[name]', 'name of the feed', 'webhook')
    .option('--json', 'print the answer as data')
    .action(async (source: string, name: string, options: Options) =>
      printAnswer(await callApi(options, { method: 'GET', path: feedsPath(source, name) }), options),
    );
}

function addSecrets(group: Command): void {
  withSecret(withServerOptions(group.command('secret')))
    .description('add a second secret, so that the outside system can change over without a gap')
    .argument('<source>', 'slug or src_...')
    .argument('[name]', 'name of the feed', 'webhook')
    .option('--path', 'a secret at the end of the address, not one that signs')
    .option('--retire-others-at <instant>', 'when the one in force stops, such as 2026-03-01T00:00:00Z')
    .option('--json', 'print the answer as data')
    .action(
      async (
        source: string,
        name: string,
        options: SecretOptions & { readonly path?: boolean; readonly retireOthersAt?: string },
      ) => {
        const body = {
          use: options.path === true ? 'path' : 'key',
          secret: readSecret(options),
          retireOthersAt: options.retireOthersAt,
        };
        const path = `${feedsPath(source, name)}/secrets`;
        printAnswer(await callApi(options, { method: 'POST', path, body }), options);
      },
    );
  withServerOptions(group.command('retire'))
    .description('say from when on a secret is refused')
    .argument('<source>', 'slug or src_...')
    .argument('<name>', 'name of the feed')
    .argument('<secret>', 'id of the secret, as feed show tells it')
    .option('--at <instant>', 'default: now')
    .option('--json', 'print the answer as data')
    .action(
      async (source: string, name: string, secret: string, options: Options & { readonly at?: string }) => {
        const path = `${feedsPath(source, name)}/secrets/${encodeURIComponent(secret)}/retire`;
        printAnswer(await callApi(options, { method: 'POST', path, body: { at: options.at } }), options);
      },
    );
}

function addSwitches(group: Command): void {
  for (const [verb, paused, says] of [
    ['pause', true, 'take nothing more for now; senders are answered 503'],
    ['resume', false, 'take deliveries again'],
  ] as const)
    withServerOptions(group.command(verb))
      .description(says)
      .argument('<source>', 'slug or src_...')
      .argument('[name]', 'name of the feed', 'webhook')
      .option('--json', 'print the answer as data')
      .action(async (source: string, name: string, options: Options) =>
        printAnswer(
          await callApi(options, { method: 'PATCH', path: feedsPath(source, name), body: { paused } }),
          options,
        ),
      );
  withServerOptions(group.command('delete'))
    .description('delete a feed through which nothing ever came')
    .argument('<source>', 'slug or src_...')
    .argument('<name>', 'name of the feed')
    .option('--json', 'print the answer as data')
    .action(async (source: string, name: string, options: Options) =>
      printAnswer(await callApi(options, { method: 'DELETE', path: feedsPath(source, name) }), options),
    );
}

function withSecret(command: Command): Command {
  return command
    .option(
      '--secret <text>',
      'the secret as the outside system made it; other users of this machine may see it',
    )
    .option('--secret-file <file>', 'the same from a file, such as a PEM; - reads standard input');
}

/** A line end behind a secret is the editor's; a PEM keeps its own. */
function readSecret({ secret, secretFile }: SecretOptions): string | undefined {
  if (secretFile === undefined) return secret;
  return readText(secretFile).replace(/\r?\n$/, '');
}

/** Options of a scheme as the API has them: numbers and yes or no by their looks. */
function typedPairs(pairs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(pairs).map(([name, value]) => {
      if (value === 'true' || value === 'false') return [name, value === 'true'];
      return [name, name === 'toleranceSeconds' ? Number(value) : value];
    }),
  );
}

function feedsPath(source: string, feed?: string): string {
  const path = `/v1/sources/${encodeURIComponent(source)}/feeds`;
  return feed === undefined ? path : `${path}/${encodeURIComponent(feed)}`;
}
