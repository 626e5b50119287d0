import { Readable } from 'node:stream';
import type { Problem } from '@plumbline/contract';
import type { Command } from 'commander';
import { readLocalServer } from '../platform/local-server.ts';
import { SetupProblem } from '../platform/setup-problem.ts';
import { sayPlace } from './say-place.ts';
import type { WrittenFile } from './say-place.ts';
import { readSettings } from './settings.ts';

/** Options of every command that talks to a running server. */
export interface ServerOptions {
  readonly url?: string;
  readonly key?: string;
}

/** Adds --url and --key to a command. */
export function withServerOptions(command: Command): Command {
  return command
    .option(
      '--url <address>',
      'address of the server (default: PLUMBLINE_URL, else the server of this data folder)',
    )
    .option(
      '--key <key>',
      'API key (default: PLUMBLINE_KEY, else the key of the first start in this data folder)',
    );
}

/** One call of the API. `bytes` are sent as they come, `body` as JSON. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly bytes?: Readable | undefined;
  /** The file whose text is sent: problems are then told with its line, as compilers do. */
  readonly written?: WrittenFile;
}

/**
 * Calls the API of a running server and gives the parsed answer. Throws SetupProblem with the server's own sentence when
 * it refuses, and says how to reach a server when none answers.
 */
export async function callApi(options: ServerOptions, call: ApiCall): Promise<unknown> {
  return parseAnswer(await (await fetchApi(options, call)).text());
}

/** As callApi, with the answer as it comes: for files. */
export async function fetchApi(options: ServerOptions, call: ApiCall): Promise<Response> {
  const local = readLocalServer(readSettings().dataFolder);
  const url = options.url ?? process.env['PLUMBLINE_URL'] ?? local.url;
  const key = options.key ?? process.env['PLUMBLINE_KEY'] ?? local.key;
  if (url === undefined)
    throw new SetupProblem('No server is known. Start one with: plumbline start, or name one with --url.');
  if (key === undefined) throw new SetupProblem('No API key is known. Give one with --key or PLUMBLINE_KEY.');
  const answer = await send(new URL(call.path, url), { ...call, key });
  if (answer.ok) return answer;
  const text = await answer.text();
  throw new SetupProblem(
    sayProblem(parseAnswer(text), call.written) ??
      `The server answered ${answer.status}: ${text.slice(0, 300)}`,
  );
}

/** A problem answer as sentences: what is wrong, then each place with what to do. */
function sayProblem(answer: unknown, written: WrittenFile | undefined): string | undefined {
  const { detail, errors } = (answer ?? {}) as Partial<Problem>;
  if (typeof detail !== 'string') return undefined;
  const places = (errors ?? []).map((error) =>
    written === undefined || error.line === undefined
      ? `  ${error.path}: ${error.message}`
      : sayPlace(written, { ...error, line: error.line, column: error.column ?? 1 }),
  );
  return [detail, ...places].join('\n');
}

async function send(url: URL, request: ApiCall & { key: string }): Promise<Response> {
  const { method, key, body, bytes } = request;
  const headers = {
    authorization: `Bearer ${key}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
  };
  try {
    return await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(bytes === undefined ? {} : { body: Readable.toWeb(bytes) as ReadableStream, duplex: 'half' }),
    } as RequestInit);
  } catch (error) {
    throw new SetupProblem(
      `No server answers at ${url.origin} (${(error as Error).message}). Start one with: plumbline start`,
    );
  }
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
