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
  readonly origin: readonly string[];
  readonly tells: readonly string[];
}

/** `plumbline feed create|list|show|snippet|secret|retire|pause|resume|delete`. */
export function addFeedCommand(program: Command): void {
  const group = program
    .command('feed')
    .description('feeds: webhooks of a source, how they prove themselves, and their secrets');
  addCreate(group);
  addReaders(group);
  addSnippet(group);
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
    .option('--kind <kind>', 'webhook, postback or pixel (default: webhook; with --origin: pixel)')
    .option('--allow-ip <network>', 'an address or network that may deliver; may be repeated', collect, [])
    .option('--secret-path', 'the address ends in a secret')
    .option('--public-url <address>', 'the address as the outside system calls it, where it is signed')
    .option('--origin <host>', 'of a pixel: a host whose pages may tell; may be repeated', collect, [])
    .option(
      '--tells <kind>',
      'of a pixel: a kind of event that pages may tell (default: registration)',
      collect,
      [],
    )
    .option('--reply <kind>', "strict, stored or legacy (default: the scheme's)")
    .option('--json', 'print the answer as data')
    .action(async (source: string, name: string, options: CreateOptions) => {
      const pixel = pixelOf(options);
      const verification =
        options.verification === undefined
          ? { scheme: pixel === undefined ? options.scheme : 'none', ...typedPairs(readPairs(options.with)) }
          : readDocument(options.verification);
      const body = {
        name,
        kind: options.kind ?? (pixel === undefined ? undefined : 'pixel'),
        verification,
        secret: readSecret(options),
        secretPath: options.secretPath,
        allowIps: options.allowIp,
        reply: options.reply === undefined ? undefined : { kind: options.reply },
        settings: {
          ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
          ...(pixel === undefined ? {} : { pixel }),
        },
      };
      printAnswer(await callApi(options, { method: 'POST', path: feedsPath(source), body }), options);
    });
}

/** A feed with origins is a pixel: `feed create crm pixel --origin www.broker.example`. */
function pixelOf({ origin, tells }: CreateOptions): object | undefined {
  if (origin.length === 0) return undefined;
  return { origins: origin, ...(tells.length === 0 ? {} : { kinds: tells }) };
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

interface Snippet {
  readonly script: string;
  readonly event: string;
  readonly image: string;
  readonly policy: string;
}

/** What goes into a page. Printed as it is pasted, with a comment above each part. */
function addSnippet(group: Command): void {
  withServerOptions(group.command('snippet'))
    .description('what to paste into a page for a pixel feed')
    .argument('<source>', 'slug or src_...')
    .argument('[name]', 'name of the feed', 'pixel')
    .option('--json', 'print the answer as data')
    .action(async (source: string, name: string, options: Options) => {
      const path = `${feedsPath(source, name)}/snippet`;
      const answer = (await callApi(options, { method: 'GET', path })) as Snippet;
      if (options.json === true) return printAnswer(answer, options);
      process.stdout.write(
        [
          '<!-- on every landing page: remembers the click id -->',
          answer.script,
          '<!-- on the page after a registration, with the id of the customer in it -->',
          answer.event,
          '<!-- where scripts cannot run -->',
          answer.image,
          `<!-- a content security policy must allow: ${answer.policy} -->`,
          '',
        ].join('\n'),
      );
    });
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
